//! Shapes as an SVG document: elements and text by the XML crate, style for light and dark.

use super::layout::Shape;
use crate::emit::xml::{Xml, clean};

/// Works light and dark. Marks differ in shape and word too.
const STYLE: &str = "
text { font-family: 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', sans-serif; fill: #1f2328; }
path { fill-rule: evenodd; }
.title { font-size: 20px; font-weight: 700; }
.head { font-size: 14px; font-weight: 700; }
.body { font-size: 12.5px; }
.small { font-size: 11px; fill: #57606a; }
.tag { font-size: 10px; font-weight: 700; }
.tagword { font-size: 10px; font-weight: 700; fill: #ffffff; }
.digit { font-size: 11px; fill: #ffffff; }
.page { fill: #ffffff; }
.box, .side { stroke-width: 1; fill: #ffffff; stroke: #d0d7de; }
.box.plain { fill: #f6f8fa; }
.box.contains { fill: #fff6e5; stroke: #b35900; }
.box.removes { fill: #ffefee; stroke: #b3261e; }
.box.restores { fill: #eaf3ff; stroke: #0b5cad; }
.box.collects { fill: #e8f7f4; stroke: #0b6b5d; }
.box.asks { fill: #f6f1ff; stroke: #6639ba; }
.side.yes { fill: #ffffff; stroke: #1a7f37; }
.side.no { fill: #ffffff; stroke: #8c959f; stroke-dasharray: 4 3; }
.fill-reads { fill: #57606a; }
.fill-notes { fill: #57606a; }
.fill-tells { fill: #57606a; }
.fill-tells, .fill-notes { stroke: #ffffff; stroke-width: 1; }
.fill-collects { fill: #0b6b5d; }
.fill-asks { fill: #6639ba; }
.fill-restores { fill: #0b5cad; }
.fill-contains { fill: #b35900; }
.fill-removes { fill: #b3261e; }
.ontag { fill: #ffffff; }
.number { fill: #57606a; }
.stroke { fill: none; stroke: #57606a; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.stroke.good { stroke: #1a7f37; stroke-width: 2; }
.stroke.bad { stroke: #57606a; stroke-width: 2; }
.arrow, .dashed { fill: none; stroke: #57606a; stroke-width: 1.6; }
.dashed { stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .small { fill: #9da7b3; }
  .page { fill: #0d1117; }
  .box, .side { fill: #0d1117; stroke: #3d444d; }
  .box.plain { fill: #161b22; }
  .box.contains { fill: #2b1d0a; stroke: #f0a04b; }
  .box.removes { fill: #2d1214; stroke: #ff8a80; }
  .box.restores { fill: #0c2038; stroke: #79b8ff; }
  .box.collects { fill: #0a2622; stroke: #56d4bf; }
  .box.asks { fill: #1d1533; stroke: #b794f6; }
  .side.yes { fill: #0d1117; stroke: #57ab5a; }
  .side.no { fill: #0d1117; stroke: #768390; }
  .fill-reads, .fill-notes, .fill-tells { fill: #9da7b3; }
  .fill-tells, .fill-notes { stroke: #0d1117; }
  .number { fill: #57606a; }
  .tagword, .digit { fill: #ffffff; }
  .stroke, .arrow, .dashed { stroke: #9da7b3; }
  .stroke.good { stroke: #57ab5a; }
  .stroke.bad { stroke: #9da7b3; }
}
";

/// The document. `title` and `description` are read to those who do not see it.
pub(super) fn write(
    title: &str,
    description: &str,
    (width, height): (f64, f64),
    shapes: &[Shape],
) -> Result<Vec<u8>, String> {
    let mut xml = Xml::fragment();
    let view = format!("0 0 {} {}", number(width), number(height));
    let attributes = [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("width", &number(width)),
        ("height", &number(height)),
        ("viewBox", &view),
        ("role", "img"),
    ];
    xml.element("svg", &attributes, |xml| {
        xml.text("title", &clean(title));
        xml.text("desc", &clean(description));
        xml.text("style", STYLE);
        for shape in shapes {
            draw(xml, shape);
        }
    });
    xml.finish()
}

fn draw(xml: &mut Xml, shape: &Shape) {
    match shape {
        Shape::Rect { x, y, w, h, r, class } => {
            let [x, y, w, h, r] = [x, y, w, h, r].map(|value| number(*value));
            let place = [("x", &*x), ("y", &y), ("width", &w), ("height", &h), ("rx", &r), ("class", class)];
            xml.empty("rect", &place);
        }
        Shape::Text { x, y, class, text } => {
            let (x, y) = (number(*x), number(*y));
            xml.text_with("text", &[("x", &x), ("y", &y), ("class", class)], &clean(text));
        }
        Shape::Path { d, class } => xml.empty("path", &[("d", d), ("class", class)]),
    }
}

/// A length with at most one digit after the point.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}
