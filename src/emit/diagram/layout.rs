//! Where everything stands: stages one under the other, in each its cards side by side, and the exceptions beside it. Boxes
//! get their width from outside and their height from what is in them, so that no text leaves its box.

use super::story::{Card, Mark, Part, Sign, Stage};
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
const GAP: f64 = 8.0;
/// Room for a sign in front of a line.
const SIGN: f64 = 20.0;
/// Height of the arrow between two stages.
const ARROW: f64 = 26.0;
/// No card is narrower.
const CARD: f64 = 250.0;
/// Width of the exceptions beside the road, and the space between.
const ASIDE: f64 = 270.0;
const BESIDE: f64 = 28.0;
/// Most lines of one text.
const LINES: usize = 8;
/// The word above what waits for a person.
const AFTER_YES: &str = "AFTER A YES, from somebody who was asked";

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

    /// The stages one under the other, with arrows between them and the exceptions of each at its right.
    pub(super) fn road(&mut self, stages: &[Stage], x: f64, mut y: f64, w: f64) -> f64 {
        let main = w - ASIDE - BESIDE;
        for stage in stages {
            y = self.arrow(x + main / 2.0, y, stage.when);
            let end = self.stage(stage, x, y, main);
            let low = self.aside(&exceptions(&stage.body), x + main, y);
            y = end.max(low);
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

    /// What happens instead, in a box of its own that hangs on the road by a dashed line.
    fn aside(&mut self, said: &[&str], x: f64, y: f64) -> f64 {
        if said.is_empty() {
            return y;
        }
        let at = self.shapes.len();
        let left = x + BESIDE;
        let mut end = y + PAD - 4.0;
        for text in said {
            self.sign(Sign::No, left + PAD + 5.0, end + 8.0);
            end = self.text(text, Face::Small, left + PAD + SIGN, end, ASIDE - 2.0 * PAD - SIGN) + 4.0;
        }
        end += PAD - 8.0;
        self.frame(at, left, y, ASIDE, end - y, "side no");
        let d = format!("M{x} {} H{left}", y + 20.0);
        self.shapes.push(Shape::Path { d, class: "dashed".to_owned() });
        end
    }

    /// A stage; what waits for a yes stands in a frame of its own.
    fn stage(&mut self, stage: &Stage, x: f64, y: f64, w: f64) -> f64 {
        let at = self.shapes.len();
        let (left, room) = (x + PAD + 4.0, w - 2.0 * PAD - 4.0);
        let word = stage.asks.then(|| tag(Mark::Asks)).flatten();
        let taken = word.map_or(0.0, |word| tag_width(word) + 8.0);
        let mut end = self.text(&stage.title, Face::Head, left, y + PAD, room - taken);
        if let Some(word) = word {
            self.tag(Mark::Asks, word, left + room - tag_width(word), y + PAD);
        }
        if !stage.note.is_empty() {
            end = self.text(&stage.note, Face::Small, left, end + 2.0, room);
        }
        end += GAP - 2.0;
        end = match stage.asks {
            true => {
                let from = self.shapes.len();
                self.sign(Sign::Yes, left + PAD + 5.0, end + 16.0);
                let below =
                    self.text(AFTER_YES, Face::Tag, left + PAD + SIGN, end + 9.0, room - 2.0 * PAD - SIGN);
                let low = self.parts(&stage.body, left + PAD, below + GAP, room - 2.0 * PAD) + PAD;
                self.frame(from, left, end, room, low - end, "side yes");
                low
            }
            false => self.parts(&stage.body, left, end, room),
        };
        let h = end + PAD - y;
        self.frame(at, x, y, w, h, if stage.asks { "box asks" } else { "box plain" });
        y + h
    }

    /// What is in a stage: lines one under the other, cards that follow one another side by side.
    fn parts(&mut self, parts: &[Part], x: f64, mut y: f64, w: f64) -> f64 {
        let parts: Vec<&Part> = parts.iter().filter(|part| !matches!(part, Part::Aside(_))).collect();
        let alike = |a: &&Part, b: &&Part| matches!((a, b), (Part::Card(_), Part::Card(_)));
        for (at, group) in parts.chunk_by(alike).enumerate() {
            if at > 0 {
                y += GAP;
            }
            y = match group {
                [Part::Line { sign, text }] => self.line(*sign, text, x, y, w),
                [Part::Stage(stage)] => self.stage(stage, x, y, w),
                cards => self.cards(cards, x, y, w),
            };
        }
        y
    }

    fn line(&mut self, sign: Sign, text: &str, x: f64, y: f64, w: f64) -> f64 {
        self.sign(sign, x + 7.0, y + 8.5);
        self.text(text, Face::Body, x + SIGN, y, w - SIGN)
    }

    /// Cards side by side, as many as have room, all of a row equally high; they run one after another.
    fn cards(&mut self, cards: &[&Part], x: f64, mut y: f64, w: f64) -> f64 {
        let cards: Vec<&Card> = cards
            .iter()
            .filter_map(|part| if let Part::Card(card) = part { Some(card) } else { None })
            .collect();
        let columns = ((w + GAP) / (CARD + GAP)).floor().max(1.0);
        let each = (w - GAP * (columns - 1.0)) / columns;
        for (row, in_row) in cards.chunks(columns as usize).enumerate() {
            if row > 0 {
                y += GAP;
            }
            let mut frames = Vec::new();
            let mut lowest = y;
            for (at, card) in in_row.iter().enumerate() {
                frames.push(self.shapes.len());
                lowest = lowest.max(self.card(card, x + at as f64 * (each + GAP), y, each));
            }
            // Every card begins with its frame, and a marked one with a bar too.
            for (from, card) in frames.into_iter().zip(in_row) {
                let bars = if card_class(card) == "box plain" { 1 } else { 2 };
                for shape in self.shapes.iter_mut().skip(from).take(bars) {
                    if let Shape::Rect { h, .. } = shape {
                        *h = lowest - y;
                    }
                }
            }
            y = lowest;
        }
        y
    }

    fn card(&mut self, card: &Card, x: f64, y: f64, w: f64) -> f64 {
        let at = self.shapes.len();
        let (left, room) = (x + PAD + 2.0, w - 2.0 * PAD - 2.0);
        let mut end = y + PAD - 3.0;
        let mut from = left;
        // What gives back bears the numbers of others: "gives back 1.4".
        let gives_back = card.mark == Some(Mark::Restores);
        if let Some(number) = card.number.as_ref().filter(|_| !gives_back) {
            from = self.number(number, left, end) + GAP;
        }
        match card.mark {
            Some(mark) => match tag(mark) {
                Some(word) => self.tag(mark, word, from, end),
                None => self.sign(Sign::Does(mark), from + 6.0, end + 8.5),
            },
            None => self.sign(Sign::Step, from + 6.0, end + 8.5),
        }
        if let Some((number, word)) = card.number.as_ref().zip(tag(Mark::Restores)).filter(|_| gives_back) {
            self.number(number, left + tag_width(word) + GAP, end);
        }
        end = self.text(&card.title, Face::Body, left, end + 22.0, room);
        if card.lost {
            end = self.text(LOST, Face::Small, left, end, room);
        }
        let h = end + PAD - 4.0 - y;
        self.frame(at, x, y, w, h, card_class(card));
        y + h
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

    /// The number of a card in the runbook; gives the place at its right.
    fn number(&mut self, number: &str, x: f64, y: f64) -> f64 {
        let w = width(number, Face::Small) + 10.0;
        self.shapes.push(Shape::Rect { x, y, w, h: 17.0, r: 8.5, class: "number".to_owned() });
        self.shapes.push(Shape::Text { x: x + 5.0, y: y + 12.5, class: "digit", text: number.to_owned() });
        x + w
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

/// What a card says that nothing takes back.
const LOST: &str = "cannot be undone";

/// The class of a card in the style sheet.
fn card_class(card: &Card) -> &'static str {
    match card.mark {
        Some(Mark::Collects) => "box collects",
        Some(Mark::Asks) => "box asks",
        Some(Mark::Restores) => "box restores",
        Some(Mark::Contains) => "box contains",
        Some(Mark::Removes) => "box removes",
        Some(Mark::Reads | Mark::Notes | Mark::Tells) | None => "box plain",
    }
}

/// The exceptions of a stage and of what is in it, each once.
fn exceptions(parts: &[Part]) -> Vec<&str> {
    let mut said: Vec<&str> = Vec::new();
    for part in parts {
        let found = match part {
            Part::Aside(text) => vec![text.as_str()],
            Part::Stage(stage) => exceptions(&stage.body),
            Part::Line { .. } | Part::Card(_) => Vec::new(),
        };
        for text in found {
            if !said.contains(&text) {
                said.push(text);
            }
        }
    }
    said
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

    fn card(title: &str, mark: Option<Mark>) -> Part {
        Part::Card(Card { title: title.to_owned(), mark, number: Some("12.345".to_owned()), lost: true })
    }

    /// Long words, squares and directions, in every kind of part.
    fn stages() -> Vec<Stage> {
        let long = "Wwww".repeat(200);
        let square = "端末を隔離して受信トレイの規則を削除します。".repeat(20);
        let marks =
            [None, Some(Mark::Notes), Some(Mark::Contains), Some(Mark::Removes), Some(Mark::Restores)];
        let mut body: Vec<Part> =
            marks.into_iter().flat_map(|mark| [&long, &square].map(|title| card(title, mark))).collect();
        body.push(line(Sign::Does(Mark::Reads), &square));
        body.push(Part::Aside(long.clone()));
        body.push(Part::Aside(square.clone()));
        let stage = |asks, body| Stage {
            title: long.clone(),
            note: square.clone(),
            when: Some("always"),
            asks,
            body,
        };
        let within = Part::Stage(stage(false, body.clone()));
        vec![stage(true, body.clone()), stage(false, vec![within, line(Sign::Step, &long)])]
    }

    #[test]
    fn no_text_leaves_its_box() {
        let mut canvas = Canvas::default();
        let end = canvas.road(&stages(), 20.0, 0.0, 1150.0);
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
                Shape::Rect { x: left, y: top, w, h, class, .. }
                    if class.starts_with("box") || class.starts_with("side") =>
                {
                    (x >= left && *x <= left + w && y >= top && *y <= top + h).then_some((left + w, *w))
                }
                _ => None,
            });
            let Some((right, _)) = around.min_by(|a, b| a.1.total_cmp(&b.1)) else {
                assert!(text == "always", "{text} is in no box");
                continue;
            };
            assert!(x + width(text, face) <= right, "{text} leaves its box");
            assert!(*y <= end);
            texts += 1;
        }
        assert!(texts > 100, "{texts}");
    }

    #[test]
    fn cards_of_a_row_are_equally_high() {
        let mut canvas = Canvas::default();
        let body = vec![card("short", None), card(&"word ".repeat(60), Some(Mark::Removes))];
        let stage = Stage { title: "t".to_owned(), note: String::new(), when: None, asks: false, body };
        canvas.road(&[stage], 0.0, 0.0, 1000.0);
        let heights: Vec<f64> = canvas
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Rect { h, class, .. } if class.starts_with("box") => Some(*h),
                _ => None,
            })
            .collect();
        assert!(heights.len() == 3 && heights[1] == heights[2], "{heights:?}");
    }

    #[test]
    fn exceptions_stand_beside_the_road_and_once() {
        let aside = || Part::Aside("gone".to_owned());
        let inner = Stage {
            title: "inner".to_owned(),
            note: String::new(),
            when: None,
            asks: false,
            body: vec![aside(), line(Sign::Step, "goes on")],
        };
        let body = vec![aside(), Part::Stage(inner)];
        let stage = Stage { title: "outer".to_owned(), note: String::new(), when: None, asks: true, body };
        let mut canvas = Canvas::default();
        canvas.road(&[stage], 0.0, 0.0, 1000.0);
        let at: Vec<f64> = canvas
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text { x, text, .. } if text == "gone" => Some(*x),
                _ => None,
            })
            .collect();
        assert!(at.len() == 1 && at[0] > 1000.0 - ASIDE, "{at:?}");
    }
}
