//! The words of the runbook, as a Handlebars template.

use std::sync::LazyLock;

use handlebars::template::TemplateElement;
use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, Template,
};
use serde_json::Value as Json;

use super::markdown;

/// The template: first what is read at night, then what is read on the day of deployment.
///
/// Runs are asked for by their status, because `az rest` reads one page and a page of all of them may hold none that waits.
/// Source: Microsoft Learn, "Workflow Runs - List" of the REST API of Azure Logic Apps, `$filter` and `$top`:
/// <https://learn.microsoft.com/rest/api/logic/workflowruns/list>, which names `ClientTrackingId` too.
///
/// Nobody is told to stop a flow by its variable `Enabled`. Microsoft Learn, "Use environment variables in Power Platform
/// solutions", limitations: where a value is changed in the environment and not by an import, flows go on with the one
/// before until they are saved, or turned off and on. Source:
/// <https://learn.microsoft.com/power-apps/maker/data-platform/environmentvariables#current-limitations>.
const TEMPLATE: &str = concat!(include_str!("night.md.hbs"), include_str!("day.md.hbs"));

/// What stands around the number of a text that is put aside. No template of ours holds it.
const ASIDE: char = '\u{1}';

/// A text up to this many bytes is not worth putting aside.
const SHORT: usize = 8;

/// A part of the template.
enum Passage {
    /// A template, by the name under which it is registered.
    Filled(String),
    /// Text in which nothing is to be filled in.
    Plain(&'static str),
}

/// The template, read.
struct Read {
    handlebars: Handlebars<'static>,
    passages: Vec<Passage>,
}

/// The template as it is read when it is first asked for, or our own bug in words.
static READ: LazyLock<Result<Read, String>> = LazyLock::new(|| {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(markdown::escaped);
    handlebars.register_helper("code", Box::new(code));
    handlebars.register_helper("cell", Box::new(cell));
    let mut read = Read { handlebars, passages: Vec::new() };
    for passage in passages(TEMPLATE) {
        read.passages.push(if passage.contains("{{") {
            let name = read.passages.len().to_string();
            read.handlebars.register_template(&name, compile(passage)?);
            Passage::Filled(name)
        } else {
            Passage::Plain(passage)
        });
    }
    Ok(read)
});

/// Reads the template, so that [`emit`](super::emit) need not wait for that.
pub fn prepare() {
    LazyLock::force(&READ);
}

/// The template, filled in, one passage after the other. Lines that only hold a block of the template leave no line behind;
/// more than one empty line in a row becomes one.
pub(super) fn fill(facts: &Json) -> Result<String, String> {
    let Read { handlebars, passages } = READ.as_ref().map_err(Clone::clone)?;
    let facts = Context::wraps(facts).map_err(|error| error.to_string())?;
    let mut text = String::new();
    for passage in passages {
        match passage {
            Passage::Plain(plain) => text.push_str(plain),
            Passage::Filled(name) => {
                let filled = handlebars.render_with_context(name, &facts);
                text.push_str(&filled.map_err(|error| error.to_string())?);
            }
        }
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let doubled = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !doubled {
            lines.push(line);
        }
    }
    Ok(lines.join("\n").trim_end().to_owned() + "\n")
}

/// The parts of a template that are templates by themselves: it is cut after each line at whose end no block is open.
/// The template reader counts the lines before each thing that it finds, so a long text takes it very much longer.
fn passages(template: &str) -> Vec<&str> {
    let mut passages = Vec::new();
    let (mut start, mut end, mut open) = (0, 0, 0);
    for line in template.split_inclusive('\n') {
        end += line.len();
        open += line.matches("{{#").count();
        open -= line.matches("{{/").count();
        if open == 0 {
            passages.push(&template[start..end]);
            start = end;
        }
    }
    passages
}

/// Reads a passage. The template reader goes through text letter by letter, so it gets only the number of each longer one,
/// and the text is put back into what it has read.
fn compile(passage: &str) -> Result<Template, String> {
    let mut aside = Vec::new();
    let mut short = String::with_capacity(passage.len());
    let mut rest = passage;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find("{{").unwrap_or(rest.len()));
        // What stands around a text says whether a block has its lines for itself.
        let core = text.trim();
        match text.split_once(core).filter(|_| core.len() > SHORT) {
            Some((before, behind)) => {
                short.push_str(&format!("{before}{ASIDE}{}{ASIDE}{behind}", aside.len()));
                aside.push(core);
            }
            None => short.push_str(text),
        }
        let end = if after.starts_with("{{{") { "}}}" } else { "}}" };
        let (tag, after) = after.split_at(after.find(end).map_or(after.len(), |at| at + end.len()));
        short.push_str(tag);
        rest = after;
    }
    let mut template = Template::compile(&short).map_err(|error| error.to_string())?;
    put_back(&mut template, &aside);
    Ok(template)
}

fn put_back(template: &mut Template, aside: &[&str]) {
    for element in &mut template.elements {
        match element {
            TemplateElement::RawString(text) => {
                if let [before, number, behind] = text.split(ASIDE).collect::<Vec<_>>()[..]
                    && let Some(core) = number.parse::<usize>().ok().and_then(|number| aside.get(number))
                {
                    *text = format!("{before}{core}{behind}");
                }
            }
            TemplateElement::HelperBlock(block) => {
                let block = &mut **block;
                [&mut block.template, &mut block.inverse]
                    .into_iter()
                    .flatten()
                    .for_each(|it| put_back(it, aside));
            }
            _ => {}
        }
    }
}

fn code(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&markdown::code(argument(helper)?))?;
    Ok(())
}

/// A code span inside a table, where a bar would end the cell even in code.
fn cell(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&markdown::code(argument(helper)?).replace('|', "\\|"))?;
    Ok(())
}

fn argument<'h>(helper: &'h Helper<'_>) -> Result<&'h str, RenderErrorReason> {
    let value = helper.param(0).and_then(|param| param.value().as_str());
    value.ok_or(RenderErrorReason::ParamNotFoundForIndex("code", 0))
}

#[cfg(test)]
mod tests {
    use handlebars::Template;
    use handlebars::template::TemplateElement;

    use super::{ASIDE, TEMPLATE, compile, passages};

    /// A template without the places of its elements, which are shorter apart.
    fn unplaced(mut template: Template) -> Template {
        template.mapping.clear();
        for element in &mut template.elements {
            if let TemplateElement::HelperBlock(block) = element {
                block.template = block.template.take().map(unplaced);
                block.inverse = block.inverse.take().map(unplaced);
            }
        }
        template
    }

    #[test]
    fn every_passage_is_a_template_and_none_is_lost() {
        assert!(!TEMPLATE.contains(ASIDE));
        let passages = passages(TEMPLATE);
        assert_eq!(passages.concat(), TEMPLATE);
        assert!(passages.len() > 100, "{}", passages.len());
        for passage in passages {
            let whole = Template::compile(passage).unwrap();
            assert_eq!(unplaced(compile(passage).unwrap()), unplaced(whole));
        }
    }
}
