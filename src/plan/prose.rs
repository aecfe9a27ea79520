//! Prose: Handlebars templates rendered to text with typed holes.
//!
//! A template may say `{{hole "entity.name"}}`. While rendering, a helper writes the name between marks that are
//! private-use characters; afterwards the text is cut at the marks. So no template, and nothing that an attacker put into
//! an incident, can write an expression: what is between the marks is text, whatever it looks like.

use std::sync::{LazyLock, Mutex};

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value as Json;

use super::ir::{Segment, Term, Text};

/// First character of a hole's mark.
const OPEN: char = '\u{F8FE}';
/// Last character of a mark.
const CLOSE: char = '\u{F8FF}';
/// First character of the mark around a value known now.
const DATA: char = '\u{F8FD}';

/// Renders a template. `data` holds what is known now; `hole` resolves what is known only at run time.
///
/// The error is a sentence about the template, with line and column: templates are ours, so it is our bug.
pub(super) fn render(
    template: &str,
    data: &Json,
    hole: &dyn Fn(&str) -> Option<Term>,
) -> Result<Text, String> {
    let mut compiled = COMPILED.lock().map_err(|_| "a helper failed".to_owned())?;
    if !compiled.has_template(template) {
        compiled.register_template_string(template, template).map_err(|error| error.to_string())?;
    }
    let rendered = compiled.render(template, data).map_err(|error| error.to_string())?;
    let mut segments = Vec::new();
    for piece in rendered.split_inclusive(CLOSE) {
        let (plain, mark) = match piece.find([OPEN, DATA]) {
            Some(at) => piece.split_at(at),
            None => (piece, ""),
        };
        if !plain.is_empty() {
            segments.push(Segment::Plain(plain.to_owned()));
        }
        let inner = mark.trim_start_matches([OPEN, DATA]).trim_end_matches(CLOSE);
        if mark.starts_with(DATA) {
            segments.push(Segment::Data(inner.to_owned()));
        } else if mark.starts_with(OPEN) {
            let term = hole(inner).ok_or_else(|| format!("there is nothing called `{inner}` to put in"))?;
            segments.push(Segment::Hole(term));
        }
    }
    Ok(Text { segments })
}

/// The templates that were rendered before, each under its own text: there are few, all of them ours, and reading one
/// takes longer than rendering it.
static COMPILED: LazyLock<Mutex<Handlebars<'static>>> = LazyLock::new(|| {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(|text| format!("{DATA}{}{CLOSE}", unmarked(text)));
    handlebars.register_helper("hole", Box::new(hole_helper));
    Mutex::new(handlebars)
});

/// The `hole` helper: writes a mark around the name.
fn hole_helper(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = helper.param(0).and_then(|param| param.value().as_str());
    let name = name.ok_or(RenderErrorReason::ParamNotFoundForIndex("hole", 0))?;
    out.write(&format!("{OPEN}{}{CLOSE}", unmarked(name)))?;
    Ok(())
}

/// Data must not hold marks of ours.
fn unmarked(text: &str) -> String {
    text.replace([OPEN, CLOSE, DATA], "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(path: &str) -> Option<Term> {
        (path == "entity.name").then_some(Term::This)
    }

    #[test]
    fn words_data_and_holes_come_apart() {
        let data = json!({"who": "O'Brien\"><script>@{x}"});
        let text = render("{{who}} and {{hole \"entity.name\"}}.", &data, &name).unwrap();
        let expected = [
            Segment::Data("O'Brien\"><script>@{x}".into()),
            Segment::Plain(" and ".into()),
            Segment::Hole(Term::This),
            Segment::Plain(".".into()),
        ];
        assert_eq!(text.segments, expected);
    }

    #[test]
    fn data_cannot_forge_a_hole() {
        let data = json!({"who": format!("{OPEN}0{CLOSE}{DATA}")});
        let text = render("{{hole \"entity.name\"}}{{who}}", &data, &name).unwrap();
        let replaced = Segment::Data("\u{FFFD}0\u{FFFD}\u{FFFD}".into());
        assert_eq!(text.segments, [Segment::Hole(Term::This), replaced]);
    }

    #[test]
    fn a_slip_in_a_template_is_said() {
        assert!(render("{{missing}}", &json!({}), &name).is_err());
        let error = render("{{hole \"entity.zip\"}}", &json!({}), &name).unwrap_err();
        assert_eq!(error, "there is nothing called `entity.zip` to put in");
    }
}
