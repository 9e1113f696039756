//! Merges two changed texts of one file: records one by one, keys one by one.
//!
//! Both sides are taken apart into keys and values and compared with what they came from. The
//! result is our text with their changes in it; comments and order stay ours, what they added goes
//! beside its neighbours, and records go by date. Only a key that both sides changed in different
//! ways is a conflict. Nothing is handed out that does not hold what it should: where the sides
//! cannot be taken apart, or the result would not be sound, there is none.

mod join;
mod parts;
mod proof;

use join::Whole;
use parts::{Parts, plain};

/// How conflicts are shown.
#[derive(Debug, Clone, Copy)]
pub struct Markers<'a> {
    /// How many characters a marker has.
    pub size: usize,
    /// What our side is called.
    pub ours: &'a str,
    /// What the text that both sides came from is called, if it is to be shown.
    pub base: Option<&'a str>,
    /// What their side is called.
    pub theirs: &'a str,
}

/// Two sides merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pieces: Vec<Piece>,
    ending: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// Lines that both sides changed in different ways; empty for a side that deleted them.
    Conflict {
        ours: String,
        base: String,
        theirs: String,
    },
}

/// Which side of a conflict to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Theirs,
}

impl Merged {
    /// The number of conflicts; 0 for a clean merge.
    pub fn conflicts(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Conflict { .. })).count()
    }

    /// The merged text, with markers around each conflict.
    pub fn text(&self, markers: &Markers<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Conflict { ours, base, theirs } => {
                    let line = |mark: &str, label: &str| {
                        let line = format!("{} {label}", mark.repeat(markers.size));
                        format!("{}{}", line.trim_end(), self.ending)
                    };
                    text.push_str(&format!("{}{ours}", line("<", markers.ours)));
                    if let Some(label) = markers.base {
                        text.push_str(&format!("{}{base}", line("|", label)));
                    }
                    let (between, end) = (line("=", ""), line(">", markers.theirs));
                    text.push_str(&format!("{between}{theirs}{end}"));
                }
            }
        }
        text
    }

    /// The text with every conflict settled for one side.
    fn settled(&self, side: Side) -> String {
        let pieces = self.pieces.iter().map(|piece| match (piece, side) {
            (Piece::Text(text), _) => text.as_str(),
            (Piece::Conflict { ours, .. }, Side::Ours) => ours,
            (Piece::Conflict { theirs, .. }, Side::Theirs) => theirs,
        });
        pieces.collect()
    }

    fn whole(text: &str) -> Self {
        Self { pieces: vec![Piece::Text(text.to_owned())], ending: "\n" }
    }
}

/// Merges `ours` and `theirs`, which both came from `base`; nothing if it takes more than an
/// understanding of keys and values.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Option<Merged> {
    match () {
        () if ours == theirs || base == theirs => Some(Merged::whole(ours)),
        () if base == ours => Some(Merged::whole(theirs)),
        () => by_keys(base, ours, theirs),
    }
}

/// Merges key by key, even where one side changed nothing.
fn by_keys(base: &str, ours: &str, theirs: &str) -> Option<Merged> {
    let (base, ours, theirs) = (Parts::of(base)?, Parts::of(ours)?, Parts::of(theirs)?);
    let ending = three_ways(base.ending, ours.ending, theirs.ending).unwrap_or("\n");
    let (ours, theirs) = (ended(ours, ending), ended(theirs, ending));
    let mut pieces = Vec::new();
    if three_ways(base.bom, ours.bom, theirs.bom) {
        pieces.push(Piece::Text(parts::BOM.to_string()));
    }
    let whole = Whole::of(&base, &ours, &theirs, ending);
    let in_question = whole.in_question();
    pieces.extend(whole.pieces());
    if !three_ways(base.finished, ours.finished, theirs.finished)
        && let Some(Piece::Text(last)) = pieces.last_mut()
    {
        last.truncate(cut(last));
    }
    let merged = Merged { pieces, ending };
    proof::holds(&merged, &in_question, [&base, &ours, &theirs]).then_some(merged)
}

/// Where the text ends without its last line break.
fn cut(text: &str) -> usize {
    let bare = text.strip_suffix('\n').unwrap_or(text);
    bare.strip_suffix('\r').unwrap_or(bare).len()
}

/// What both sides make of something: the change of the side that made one, ours before theirs.
fn three_ways<T: PartialEq>(base: T, ours: T, theirs: T) -> T {
    if ours == base { theirs } else { ours }
}

/// The parts with their lines ended so, where most of them are not.
fn ended(parts: Parts, ending: &'static str) -> Parts {
    match parts.ending {
        Some(own) if own != ending => parts.mapped(|text| plain(text).replace('\n', ending)),
        _ => parts,
    }
}

#[cfg(test)]
mod tests;
