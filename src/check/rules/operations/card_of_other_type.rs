//! A card for Teams that is no adaptive card.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::{Document, Node};
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Segment;
use crate::expr::template::{self, Template};

crate::rule! {
    /// ## What it does
    /// Reports an adaptive card that is posted in Teams and that is no JSON object, or whose `type` is not `AdaptiveCard`. A
    /// card that is computed as a whole is left alone.
    ///
    /// ## Why is this bad
    /// Teams refuses the card, and nobody is told or asked.
    ///
    /// ## Example
    /// `"messageBody": "{ \"type\": \"TextBlock\", \"text\": \"…\" }"`
    ///
    /// ## Use instead
    /// `"messageBody": "{ \"type\": \"AdaptiveCard\", \"version\": \"1.4\", \"body\": [ … ] }"`
    ///
    /// ## References
    /// - Teams: "Property 'type' must be 'AdaptiveCard'"
    RULE = "CF4023" "card-of-other-type" Error prevents "BadRequest";
}

/// The operations that post an adaptive card.
const CARDS: [&str; 6] = [
    "teams.PostCardAndWaitForResponse",
    "teams.PostCardToConversation",
    "teams.ReplyWithCardToConversation",
    "teams.SubscribeChannelFlowContinuation",
    "teams.SubscribeUserFlowContinuation",
    "teams.UpdateCardInConversation",
];

/// The lint.
#[derive(Debug)]
pub struct CardOfOtherType;

impl Lint for CardOfOtherType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            if !call.asked.signatures.iter().any(|one| CARDS.contains(&one.id)) {
                continue;
            }
            let Some(card) = card(call.asked.inputs) else { continue };
            let Some((text, _)) = card.as_str().and_then(|text| cx.definition.passed_on(text)) else {
                continue;
            };
            let Some(text) = with_holes(text) else { continue };
            let help = "a card begins with `{ \"type\": \"AdaptiveCard\", \"version\": …`";
            let problem = match Document::parse(&text) {
                Ok(document) => match document.root().get("type").and_then(|kind| kind.as_str()) {
                    Some("AdaptiveCard") => continue,
                    Some(kind) => {
                        format!("the card is of type `{kind}`, and Teams takes `AdaptiveCard` only")
                    }
                    None => "the card has no `type`, and Teams takes `AdaptiveCard` only".to_owned(),
                },
                // What is put in at run time may be a part of the JSON; only what is all here can be judged.
                Err(_) if text.trim_start().starts_with('{') => continue,
                Err(_) => "the card is no JSON".to_owned(),
            };
            out.push(Diagnostic::new(&RULE, card.pointer(), problem).help(help));
        }
    }
}

/// The member that holds the card, in a body or among the parameters of a flow.
fn card(inputs: Node<'_>) -> Option<Node<'_>> {
    let of_body = ["messageBody"].iter().find_map(|key| inputs.get("body")?.get(key));
    let inner = || inputs.path(&["body", "body", "messageBody"]);
    let of_flow = || {
        let parameters = inputs.get("parameters")?;
        parameters.members().find(|(name, _)| name.ends_with("/messageBody")).map(|(_, node)| node)
    };
    of_body.or_else(inner).or_else(of_flow)
}

/// The text with a digit for each expression, which is right in a string and as a value; nothing where all of it is
/// computed.
fn with_holes(text: &str) -> Option<String> {
    match template::parse(text).ok()? {
        Template::Literal(text) => Some(text),
        Template::Expression(_) => None,
        Template::Interpolation(segments) => {
            let is_text =
                |segment: &Segment| matches!(segment, Segment::Text { text, .. } if !text.trim().is_empty());
            let parts = segments.iter().map(|segment| match segment {
                Segment::Text { text, .. } => text.as_str(),
                Segment::Expr(_) => "0",
            });
            segments.first().is_some_and(is_text).then(|| parts.collect())
        }
    }
}
