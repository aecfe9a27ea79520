//! The plan: what would be built and why, what not and why not. As JSON for machines, as text for a terminal, as Markdown
//! for a ticket or a pull request.
//!
//! All three say the same; [`View`] holds what they have to work out for it. Titles and names are an attacker's to write:
//! text and Markdown show them without characters that hide or turn, and in Markdown nothing of them is markup.

mod json;
mod markdown;
mod text;
mod view;

pub use view::View;
