//! Values as JSON: data stays data, expressions are printed, prose is encoded for its sink.

use serde_json::{Value as Json, json};

use super::fold;
use super::leaves::Leaves;
use super::sink::Sink;
use crate::expr::Expr;
use crate::expr::escape::{self, Part};
use crate::plan::ir::{Segment, Term, Text, Value};

impl Leaves<'_> {
    /// A value for a sink.
    pub(super) fn value(&self, value: &Value, sink: Sink) -> Json {
        match value {
            Value::Literal(literal) => escaped(&encoded(literal, sink)),
            Value::Term(term) => self.encoded(term, sink),
            Value::Text(text) => Json::String(escape::interpolate(&self.parts(text, sink))),
            Value::Object(members) => Json::Object(
                members.iter().map(|(key, value)| (escape::literal(key), self.value(value, sink))).collect(),
            ),
            Value::List(items) => items.iter().map(|item| self.value(item, sink)).collect(),
        }
    }

    /// A term as a JSON value: a literal as itself, anything else as an expression string.
    pub(super) fn side(&self, term: &Term) -> Json {
        match term {
            Term::Text(text) => Json::String(escape::literal(text)),
            Term::Number(number) => json!(number),
            Term::Flag(flag) => json!(flag),
            Term::Null => Json::Null,
            term => Json::String(escape::whole(&self.expr(term))),
        }
    }

    /// A term as a JSON value for a sink. What is no text stays what it is only where nothing interprets it.
    fn encoded(&self, term: &Term, sink: Sink) -> Json {
        match (sink, term) {
            (Sink::Plain, term) => self.side(term),
            // The boxes of a card are a list; their titles were encoded where the list was made.
            (Sink::Card, Term::Rows(_)) => self.side(term),
            // Yes and no have no markup.
            (_, Term::Apply("not" | "and" | "or" | "empty" | "equals", _)) => self.side(term),
            (sink, Term::Text(text)) => Json::String(escape::literal(&sink.data(text))),
            (_, Term::Number(_) | Term::Flag(_) | Term::Null) => self.side(term),
            (sink, term) => Json::String(escape::whole(&sink.hole(self.expr(term)))),
        }
    }

    /// The parts of a text, each encoded for the sink.
    pub(super) fn parts(&self, text: &Text, sink: Sink) -> Vec<Part> {
        text.segments
            .iter()
            .map(|segment| match segment {
                Segment::Plain(words) => Part::Text(sink.words(words)),
                Segment::Data(data) => Part::Text(sink.data(data)),
                Segment::Hole(term) => match self.expr(term) {
                    // Decided when the playbook is compiled.
                    expr if expr.as_str().is_some() => {
                        Part::Text(sink.words(expr.as_str().unwrap_or_default()))
                    }
                    expr => Part::Expr(sink.hole(expr)),
                },
                Segment::When(..) => Part::Expr(self.piece(segment, sink)),
            })
            .collect()
    }

    /// A piece of a text as an expression, encoded for the sink.
    fn piece(&self, segment: &Segment, sink: Sink) -> Expr {
        match segment {
            Segment::Plain(words) => Expr::str(sink.words(words)),
            Segment::Data(data) => Expr::str(sink.data(data)),
            // What is put together must be text.
            Segment::Hole(term) if sink == Sink::Plain => Expr::call("string", vec![self.expr(term)]),
            Segment::Hole(term) => sink.hole(self.expr(term)),
            Segment::When(test, there, otherwise) => {
                let pieces = [there, otherwise].map(|pieces| self.joined(pieces, sink));
                fold::call("if", [self.expr(&test.term())].into_iter().chain(pieces).collect())
            }
        }
    }

    /// Pieces of a text as one expression.
    fn joined(&self, pieces: &[Segment], sink: Sink) -> Expr {
        let mut pieces: Vec<Expr> = pieces.iter().map(|piece| self.piece(piece, sink)).collect();
        match pieces.len() {
            0 => Expr::str(""),
            1 => pieces.remove(0),
            _ => Expr::call("concat", pieces),
        }
    }
}

/// Data with every text encoded for a sink. Keys are ours.
fn encoded(value: &Json, sink: Sink) -> Json {
    match value {
        Json::String(text) => Json::String(sink.data(text)),
        Json::Array(items) => items.iter().map(|item| encoded(item, sink)).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, value)| (key.clone(), encoded(value, sink))).collect())
        }
        other => other.clone(),
    }
}

/// Data in which every text, keys too, evaluates to itself. The depth is that of our own structures.
pub(super) fn escaped(value: &Json) -> Json {
    match value {
        Json::String(text) => Json::String(escape::literal(text)),
        Json::Array(items) => items.iter().map(escaped).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, value)| (escape::literal(key), escaped(value))).collect())
        }
        other => other.clone(),
    }
}
