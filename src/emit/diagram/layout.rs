//! Where everything stands: boxes get their width from outside and their height from what is in them, so that no text
//! leaves its box and no line crosses another.

use super::story::{Boxed, How, Mark, Part, Sign};
use super::text::{Face, lines, width};

/// Something to draw. Lengths are pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A rectangle with round corners.
    Rect { x: f64, y: f64, w: f64, h: f64, r: f64, class: String },
    /// A line of text that begins at `x` on the baseline `y`.
    Text { x: f64, y: f64, class: &'static str, text: String },
    /// Any other shape.
    Path { d: String, class: String },
}

/// Space around what is in a box.
const PAD: f64 = 12.0;
/// Space between parts.
const GAP: f64 = 6.0;
/// Room for a sign in front of a line.
const SIGN: f64 = 20.0;
/// Height of the arrow between two parts of the outermost level.
const ARROW: f64 = 26.0;
/// No column of loops is narrower.
const COLUMN: f64 = 330.0;
/// Most lines of one text.
const LINES: usize = 8;

/// A picture that grows downwards.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    /// What is drawn, the lowest first.
    pub shapes: Vec<Shape>,
}

impl Canvas {
    /// Text in lines; gives the place below it.
    pub(super) fn text(&mut self, text: &str, face: Face, x: f64, mut y: f64, room: f64) -> f64 {
        for line in lines(text, face, room, LINES) {
            self.shapes.push(Shape::Text { x, y: y + face.size(), class: face.class(), text: line });
            y += face.line();
        }
        y
    }

    /// The parts of the outermost level, with arrows between them.
    pub(super) fn road(&mut self, parts: &[Part], x: f64, mut y: f64, w: f64) -> f64 {
        for part in parts {
            y = self.arrow(x + w / 2.0, y, label(part));
            y = match part {
                Part::Line { .. } | Part::Report(_) => {
                    let at = self.shapes.len();
                    let end = self.part(part, x + PAD, y + 8.0, w - 2.0 * PAD) + 6.0;
                    self.frame(at, x, y, w, end - y, "box plain");
                    end
                }
                part => self.part(part, x, y, w),
            };
        }
        y
    }

    fn arrow(&mut self, x: f64, y: f64, label: Option<&str>) -> f64 {
        let tip = y + ARROW - 2.0;
        let d = format!(
            "M{x} {} V{} M{} {} L{x} {tip} L{} {}",
            y + 2.0,
            tip,
            x - 5.0,
            tip - 6.0,
            x + 5.0,
            tip - 6.0
        );
        self.shapes.push(Shape::Path { d, class: "arrow".to_owned() });
        if let Some(label) = label {
            self.text(label, Face::Small, x + 12.0, y + 6.0, 300.0);
        }
        y + ARROW
    }

    /// Parts one under the other.
    fn stack(&mut self, parts: &[Part], x: f64, mut y: f64, w: f64) -> f64 {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                y += GAP;
            }
            y = self.part(part, x, y, w);
        }
        y
    }

    fn part(&mut self, part: &Part, x: f64, y: f64, w: f64) -> f64 {
        match part {
            Part::Line { sign, text } => self.line(*sign, text, x, y, w),
            Part::Report(rows) => self.line(reported_by(rows), &reported(rows), x, y, w),
            Part::Box(one) => self.boxed(one, None, x, y, w),
            Part::Row(row) => self.row(row, x, y, w),
            Part::Fork { title, asks, note, sides, .. } => self.fork(title, *asks, note, sides, x, y, w),
        }
    }

    fn line(&mut self, sign: Sign, text: &str, x: f64, y: f64, w: f64) -> f64 {
        self.sign(sign, x + 7.0, y + 8.5);
        self.text(text, Face::Body, x + SIGN, y, w - SIGN)
    }

    /// A box; one of several in a row has a number.
    fn boxed(&mut self, one: &Boxed, number: Option<usize>, x: f64, y: f64, w: f64) -> f64 {
        let at = self.shapes.len();
        let (left, room) = (x + PAD + 4.0, w - 2.0 * PAD - 4.0);
        let word = one.mark.filter(|_| one.repeats).and_then(tag);
        let taken = word.map_or(0.0, |word| tag_width(word) + 8.0);
        let mut head = left;
        if let Some(number) = number {
            self.number(number, left + 9.0, y + PAD + 9.0);
            head += 26.0;
        }
        let mut end = self.text(&one.title, Face::Head, head, y + PAD, room - taken - (head - left));
        if let (Some(word), Some(mark)) = (word, one.mark) {
            self.tag(mark, word, left + room - tag_width(word), y + PAD);
        }
        if one.repeats {
            self.repeat(left + 7.0, end + 9.0);
            end = self.text(
                "for each target, one after another",
                Face::Small,
                left + SIGN,
                end + 2.0,
                room - SIGN,
            );
        }
        if !one.note.is_empty() {
            end = self.text(&one.note, Face::Small, left, end + 2.0, room);
        }
        if !one.body.is_empty() {
            end = self.stack(&one.body, left, end + GAP, room);
        }
        let h = end + PAD - y;
        let class = format!("box {}", one.mark.filter(|_| one.repeats).map_or("plain", kind));
        self.frame(at, x, y, w, h, &class);
        y + h
    }

    /// Boxes side by side, as many as have room, all of a line equally high.
    fn row(&mut self, row: &[Boxed], x: f64, mut y: f64, w: f64) -> f64 {
        let columns = ((w + GAP) / (COLUMN + GAP)).floor().clamp(1.0, row.len().max(1) as f64);
        let each = (w - GAP * (columns - 1.0)) / columns;
        for (line, boxes) in row.chunks(columns as usize).enumerate() {
            if line > 0 {
                y += GAP;
            }
            let mut frames = Vec::new();
            let mut lowest = y;
            for (at, one) in boxes.iter().enumerate() {
                let number = (row.len() > 1).then_some(line * columns as usize + at + 1);
                let from = self.shapes.len();
                let end = self.boxed(one, number, x + at as f64 * (each + GAP), y, each);
                frames.push(from);
                lowest = lowest.max(end);
            }
            for from in frames {
                if let Some(Shape::Rect { h, .. }) = self.shapes.get_mut(from) {
                    *h = lowest - y;
                }
                if let Some(Shape::Rect { h, .. }) = self.shapes.get_mut(from + 1) {
                    *h = lowest - y;
                }
            }
            y = lowest;
        }
        y
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a fork and its place")]
    fn fork(
        &mut self,
        title: &str,
        asks: bool,
        note: &str,
        sides: &[(String, Vec<Part>); 2],
        x: f64,
        y: f64,
        w: f64,
    ) -> f64 {
        let at = self.shapes.len();
        let (left, room) = (x + PAD + 4.0, w - 2.0 * PAD - 4.0);
        let sign = if asks { Sign::Does(Mark::Asks) } else { Sign::If };
        self.sign(sign, left + 7.0, y + PAD + 9.0);
        let taken = if asks { tag_width("ASKS A PERSON") + 8.0 } else { 0.0 };
        let mut end = self.text(title, Face::Head, left + SIGN, y + PAD, room - SIGN - taken);
        if asks {
            self.tag(Mark::Asks, "ASKS A PERSON", left + room - tag_width("ASKS A PERSON"), y + PAD);
        }
        if !note.is_empty() {
            end = self.text(note, Face::Small, left + SIGN, end + 2.0, room - SIGN);
        }
        let [yes, no] = sides;
        end = match no.1.iter().all(|part| matches!(part, Part::Line { .. } | Part::Report(_))) {
            // A short no is a strip of its own, so that the yes has all the room.
            true => {
                let end = self.side(no, Sign::No, left, end + GAP, room, None);
                self.side(yes, Sign::Yes, left, end + GAP, room, None)
            }
            false => {
                let half = (room - GAP) / 2.0;
                let from = self.shapes.len();
                let first = self.side(yes, Sign::Yes, left, end + GAP, half, None);
                let second = self.side(no, Sign::No, left + half + GAP, end + GAP, half, Some(first));
                if let Some(Shape::Rect { h, .. }) = self.shapes.get_mut(from) {
                    *h = second - end - GAP;
                }
                second
            }
        };
        let lowest = end;
        let h = lowest + PAD - y;
        self.frame(at, x, y, w, h, if asks { "box asks" } else { "box plain" });
        y + h
    }

    /// One side of a fork, at least as low as the other.
    fn side(
        &mut self,
        (name, parts): &(String, Vec<Part>),
        sign: Sign,
        x: f64,
        y: f64,
        w: f64,
        low: Option<f64>,
    ) -> f64 {
        let at = self.shapes.len();
        self.sign(sign, x + PAD + 5.0, y + 17.0);
        let room = w - 2.0 * PAD;
        let mut end = self.text(name, Face::Tag, x + PAD + SIGN, y + 10.0, room - SIGN) + GAP;
        end = match parts.is_empty() {
            true => self.text("Nothing is done.", Face::Body, x + PAD, end, room),
            false => self.stack(parts, x + PAD, end, room),
        };
        let low = low.map_or(end + PAD, |low| low.max(end + PAD));
        self.frame(at, x, y, w, low - y, if sign == Sign::Yes { "side yes" } else { "side no" });
        low
    }

    /// A frame behind everything drawn from `at` on, with a bar at its left where it is a box.
    fn frame(&mut self, at: usize, x: f64, y: f64, w: f64, h: f64, class: &str) {
        let rect = |w: f64, r: f64, class: String| Shape::Rect { x, y, w, h, r, class };
        let mut shapes = vec![rect(w, 6.0, class.to_owned())];
        if let Some(kind) = class.strip_prefix("box ").filter(|kind| *kind != "plain") {
            shapes.push(rect(6.0, 3.0, format!("fill-{kind}")));
        }
        self.shapes.splice(at..at, shapes);
    }

    fn number(&mut self, number: usize, x: f64, y: f64) {
        let d = format!("M{} {y} a9 9 0 1 0 18 0 a9 9 0 1 0 -18 0 Z", x - 9.0);
        self.shapes.push(Shape::Path { d, class: "number".to_owned() });
        let text = number.to_string();
        let left = x - width(&text, Face::Small) / 2.0;
        self.shapes.push(Shape::Text { x: left, y: y + 4.0, class: "digit", text });
    }

    /// An arrow that comes round again.
    fn repeat(&mut self, x: f64, y: f64) {
        let d = format!("M{} {} a4.5 4.5 0 1 1 -1.5 -3.4 m0.4 -3 v3.4 h-3.4", x + 4.5, y);
        self.shapes.push(Shape::Path { d, class: "stroke".to_owned() });
    }

    /// The word of a mark on its colour, with its shape.
    pub(super) fn tag(&mut self, mark: Mark, word: &str, x: f64, y: f64) {
        let w = tag_width(word);
        self.shapes.push(Shape::Rect { x, y, w, h: 17.0, r: 3.0, class: format!("fill-{}", kind(mark)) });
        let d = outline(mark, x + 11.0, y + 8.5);
        self.shapes.push(Shape::Path { d, class: "ontag".to_owned() });
        self.shapes.push(Shape::Text { x: x + 21.0, y: y + 12.2, class: "tagword", text: word.to_owned() });
    }

    /// A sign with its middle at a place.
    pub(super) fn sign(&mut self, sign: Sign, x: f64, y: f64) {
        let (d, class) = match sign {
            Sign::Does(mark) => (outline(mark, x, y), format!("fill-{}", kind(mark))),
            Sign::If => (format!("M{x} {} l5.5 5.5 l-5.5 5.5 l-5.5 -5.5 Z", y - 5.5), "stroke".to_owned()),
            Sign::Yes => (format!("M{} {y} l3.5 4 l6 -8", x - 5.0), "stroke good".to_owned()),
            Sign::No => (format!("M{} {} l8 8 m0 -8 l-8 8", x - 4.0, y - 4.0), "stroke bad".to_owned()),
            Sign::Prepares => {
                (format!("M{} {} h10 m-10 4 h10 m-10 4 h6", x - 5.0, y - 4.0), "stroke".to_owned())
            }
            Sign::Ends => (format!("M{} {} h9 v9 h-9 Z", x - 4.5, y - 4.5), "fill-removes".to_owned()),
            Sign::Step => (format!("M{} {} l6 4 l-6 4 Z", x - 3.0, y - 4.0), "stroke".to_owned()),
        };
        self.shapes.push(Shape::Path { d, class });
    }
}

/// The sign of a line about the results.
fn reported_by(rows: &[(How, String)]) -> Sign {
    match rows.iter().any(|(how, outcome)| *how == How::Done && outcome == "done") {
        true => Sign::Yes,
        false => Sign::No,
    }
}

/// What a line about the results says: first what success comes to.
fn reported(rows: &[(How, String)]) -> String {
    let of = |wanted: How| rows.iter().filter(move |(how, _)| *how == wanted).map(|(_, outcome)| outcome);
    let said: Vec<String> = of(How::Done)
        .cloned()
        .chain(of(How::Failed).map(|outcome| format!("if that fails, {outcome}")))
        .chain(of(How::Otherwise).map(|outcome| format!("otherwise, {outcome}")))
        .collect();
    match rows {
        [(How::Failed, outcome)] => format!("If that fails: reported as {outcome}"),
        [(How::Otherwise, outcome)] => format!("Otherwise: reported as {outcome}"),
        _ => format!("Reported: {}", said.join("; ")),
    }
}

/// What the arrow before a part says.
fn label(part: &Part) -> Option<&str> {
    match part {
        Part::Box(one) => one.when,
        Part::Fork { when, .. } => *when,
        Part::Row(row) => row.first().and_then(|one| one.when),
        _ => None,
    }
}

/// The name of a mark in the style sheet.
pub(super) fn kind(mark: Mark) -> &'static str {
    match mark {
        Mark::Reads => "reads",
        Mark::Notes => "notes",
        Mark::Tells => "tells",
        Mark::Collects => "collects",
        Mark::Asks => "asks",
        Mark::Restores => "restores",
        Mark::Contains => "contains",
        Mark::Removes => "removes",
    }
}

/// The word that stands beside a mark: only what changes something or asks has one.
pub(super) fn tag(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Reads | Mark::Notes | Mark::Tells => None,
        Mark::Collects => Some("COLLECTS"),
        Mark::Asks => Some("ASKS A PERSON"),
        Mark::Restores => Some("GIVES BACK"),
        Mark::Contains => Some("CONTAINS"),
        Mark::Removes => Some("REMOVES"),
    }
}

/// The width of a tag.
pub(super) fn tag_width(word: &str) -> f64 {
    (width(word, Face::Tag) + 28.0).ceil()
}

/// The shape of a mark around a middle: all differ in outline, so that nobody needs the colour.
fn outline(mark: Mark, x: f64, y: f64) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", x + dx, y + dy);
    match mark {
        Mark::Reads => format!("M{} a4.5 4.5 0 1 0 9 0 a4.5 4.5 0 1 0 -9 0 Z", at(-4.5, 0.0)),
        Mark::Notes => format!("M{} h6 l3 3 v7 h-9 Z", at(-4.5, -5.0)),
        Mark::Tells => format!("M{} h12 v9 h-12 Z M{} l6 5 l6 -5", at(-6.0, -4.5), at(-6.0, -4.0)),
        Mark::Collects => format!("M{} h9 v9 h-9 Z", at(-4.5, -4.5)),
        Mark::Asks => format!("M{} l6 6 l-6 6 l-6 -6 Z", at(0.0, -6.0)),
        Mark::Restores => format!("M{} l6 -5 v3 h5 v4 h-5 v3 Z", at(-5.5, 0.0)),
        Mark::Contains => format!("M{} l6 10.5 h-12 Z", at(0.0, -5.5)),
        Mark::Removes => {
            let bar = at(-3.5, -1.0);
            format!("M{} h5 l3.5 3.5 v5 l-3.5 3.5 h-5 l-3.5 -3.5 v-5 Z M{bar} h7 v2 h-7 Z", at(-2.5, -6.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sign: Sign, text: &str) -> Part {
        Part::Line { sign, text: text.to_owned() }
    }

    fn boxed(title: &str, mark: Option<Mark>, body: Vec<Part>) -> Boxed {
        Boxed {
            title: title.to_owned(),
            note: title.repeat(3),
            repeats: true,
            mark,
            when: Some("always"),
            body,
        }
    }

    /// Long words, squares and directions, in every kind of part.
    fn parts() -> Vec<Part> {
        let long = "Wwww".repeat(200);
        let square = "端末を隔離して受信トレイの規則を削除します。".repeat(20);
        let mut body = vec![line(Sign::Does(Mark::Contains), &long), line(Sign::If, &square)];
        body.push(Part::Report(vec![(How::Done, long.clone()), (How::Failed, square.clone())]));
        let loops =
            [&long, &square, "short"].map(|title| boxed(title, Some(Mark::Removes), body.clone())).to_vec();
        let side = vec![Part::Row(loops.clone())];
        let fork = |no: Vec<Part>| Part::Fork {
            title: long.clone(),
            asks: true,
            when: None,
            note: square.clone(),
            sides: [(square.clone(), side.clone()), (long.clone(), no)],
        };
        vec![fork(Vec::new()), fork(side.clone()), Part::Row(loops.clone()), line(Sign::Step, &square)]
    }

    #[test]
    fn no_text_leaves_its_box() {
        let mut canvas = Canvas::default();
        let end = canvas.road(&parts(), 20.0, 0.0, 900.0);
        let face = |class: &str| {
            [Face::Title, Face::Head, Face::Body, Face::Small, Face::Tag]
                .into_iter()
                .find(|face| face.class() == class)
        };
        let mut texts = 0;
        for shape in &canvas.shapes {
            let Shape::Text { x, y, class, text } = shape else { continue };
            let Some(face) = face(class) else { continue };
            let around = canvas.shapes.iter().filter_map(|shape| match shape {
                Shape::Rect { x: left, y: top, w, h, class, .. } if class.starts_with("box") => {
                    (x >= left && *x <= left + w && y >= top && *y <= top + h).then_some((left + w, *w))
                }
                _ => None,
            });
            let Some((right, _)) = around.min_by(|a, b| a.1.total_cmp(&b.1)) else {
                assert!(text == "always" || text == "even after a failure", "{text} is in no box");
                continue;
            };
            assert!(x + width(text, face) <= right, "{text} leaves its box");
            assert!(*y <= end);
            texts += 1;
        }
        assert!(texts > 100, "{texts}");
    }

    #[test]
    fn loops_of_a_line_are_equally_high() {
        let mut canvas = Canvas::default();
        let one = boxed("short", None, Vec::new());
        let two = boxed("long", None, vec![line(Sign::Step, &"word ".repeat(100))]);
        canvas.road(&[Part::Row(vec![one, two])], 0.0, 0.0, 1000.0);
        let heights: Vec<f64> = canvas
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Rect { h, class, .. } if class.starts_with("box") => Some(*h),
                _ => None,
            })
            .collect();
        assert!(heights.len() == 2 && heights[0] == heights[1], "{heights:?}");
    }
}
