//! A review on the terminal.

use anstyle::AnsiColor;

use super::words::{self, Phrase, Piece};
use crate::diagnostic::Level;
use crate::render::terminal::{Cell, Look, columns, wrap};
use crate::review::{Found, Goalpost, Move, QUESTIONS, Review, Rewritten, Scope};
use crate::text::printable;

/// The review for people: its sections in order, those with nothing in them left out.
pub fn human(review: &Review, look: Look) -> String {
    if review.is_empty() {
        return "no changes to goals\n".to_owned();
    }
    let sections = [
        ("what moves", moves(review, look)),
        ("check-ins", checkins(review, look)),
        ("goalposts moved", goalposts(review, look)),
        ("past rewritten", rewritten(review, look)),
        ("structure", structure(review, look)),
        ("findings brought", findings(&review.brought, look)),
        ("findings mended", findings(&review.mended, look)),
        ("questions that no machine can answer", questions(review, look)),
    ];
    let mut text = String::new();
    for (title, lines) in sections.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{}\n", look.bold(title)));
        lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    text
}

/// Words as they go to a terminal.
fn plain(phrase: &[Piece]) -> String {
    let shown = phrase.iter().map(|piece| match piece {
        Piece::Own(text) | Piece::Name(text) => printable(text).into_owned(),
        Piece::Text(text) => one_line(text),
    });
    shown.collect()
}

/// Somebody's text on one line, made harmless.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(&words.join(" ")).into_owned()
}

/// A line below another, set in and broken to the terminal's width.
fn below(indent: usize, text: &str, look: Look) -> Vec<String> {
    let width = look.width.map_or(usize::MAX, |width| width.saturating_sub(indent).max(20));
    wrap(text, width)
        .iter()
        .map(|line| format!("{}{}", " ".repeat(indent), look.dim(line)))
        .collect()
}

/// What a scope is called.
pub(super) fn scope_name(scope: &Scope) -> String {
    match scope {
        Scope::Cycle(cycle) => cycle.clone(),
        Scope::Team { cycle, team } => format!("{cycle} {team}"),
        Scope::Goal(goal) => goal.to_string(),
    }
}

fn moves(review: &Review, look: Look) -> Vec<String> {
    let rows: Vec<Vec<Cell>> = review.moves.iter().map(|found| move_row(found, look)).collect();
    let mut lines = Vec::new();
    for (line, found) in columns(&rows).into_iter().zip(&review.moves) {
        lines.push(line);
        for (points, why) in words::causes(found) {
            lines.extend(below(6, &format!("{points:>5}  {}", plain(&why)), look));
        }
    }
    lines
}

fn move_row(found: &Move, look: Look) -> Vec<Cell> {
    let [before, after] = [found.before, found.after].map(words::percent);
    let difference = words::difference(found).unwrap_or_default();
    let colour = if difference.starts_with('-') { AnsiColor::Red } else { AnsiColor::Green };
    let progress = match difference.is_empty() && before == after {
        true => after,
        false => format!("{before} → {after}"),
    };
    let status = match found.statuses {
        Some([old, new]) if old != new => {
            let plain = Look::default();
            let told = |look: Look| format!("{} → {}", look.status(old), look.status(new));
            Cell::painted(told(look), &told(plain))
        }
        _ => Cell::default(),
    };
    vec![
        Cell::new(&format!("  {}", scope_name(&found.scope)), |text| look.bold(text)),
        Cell::new(&progress, str::to_owned),
        Cell::new(&difference, |text| look.paint(colour.on_default(), text)),
        status,
    ]
}

fn checkins(review: &Review, look: Look) -> Vec<String> {
    let rows: Vec<Vec<Cell>> = review
        .checkins
        .iter()
        .map(|found| {
            let confidence = found.confidence.map(|given| format!("confidence {given}"));
            vec![
                Cell::new(&format!("  {}", found.goal.with(found.key_result.as_deref())), |text| {
                    look.bold(text)
                }),
                Cell::new(&found.stamp.to_string(), str::to_owned),
                Cell::new(&plain(&words::recorded(found)), str::to_owned),
                Cell::new(&words::progress(found), str::to_owned),
                Cell::new(&confidence.unwrap_or_default(), str::to_owned),
                Cell::new(&plain(&words::by(found)), |text| look.dim(text)),
            ]
        })
        .collect();
    let mut lines = Vec::new();
    for (line, found) in columns(&rows).into_iter().zip(&review.checkins) {
        lines.push(line);
        if let Some(note) = &found.note {
            lines.extend(below(6, &format!("“{}”", one_line(note)), look));
        }
    }
    lines
}

fn goalposts(review: &Review, look: Look) -> Vec<String> {
    let yellow = AnsiColor::Yellow.on_default();
    let line = |found: &Goalpost| {
        let reference = found.goal.with(found.key_result.as_deref());
        let change = plain(&words::field(&found.field));
        let when = plain(&words::moved_when(found));
        let mut lines = vec![format!(
            "  {}  {}  {}",
            look.bold(&printable(&reference)),
            look.paint(yellow, &change),
            look.dim(&when)
        )];
        if let Some(both) = words::both_ways(found) {
            lines.extend(below(6, &both, look));
        }
        lines
    };
    review.goalposts.iter().flat_map(line).collect()
}

fn rewritten(review: &Review, look: Look) -> Vec<String> {
    let row = |found: &Rewritten| {
        let author = found.author.as_ref().map(|author| format!("by {}", one_line(&author.name)));
        vec![
            Cell::new(&format!("  {}", found.goal.with(found.key_result.as_deref())), |text| {
                look.bold(text)
            }),
            Cell::new(&found.stamp.to_string(), str::to_owned),
            Cell::new(&plain(&words::rewriting(found)), str::to_owned),
            Cell::new(&author.unwrap_or_default(), |text| look.dim(text)),
        ]
    };
    columns(&review.rewritten.iter().map(row).collect::<Vec<_>>())
}

fn structure(review: &Review, look: Look) -> Vec<String> {
    let mut lines = Vec::new();
    let rows: Vec<Vec<Cell>> = review
        .structure
        .iter()
        .map(|found| {
            let reference = match &found.goal {
                Some(goal) => goal.with(found.key_result.as_deref()),
                None => found.title.clone(),
            };
            let title = if found.goal.is_some() { one_line(&found.title) } else { String::new() };
            let width = look.width.map_or(usize::MAX, |width| width.saturating_sub(50).max(20));
            vec![
                Cell::new(&format!("  {}", found.change.word()), str::to_owned),
                Cell::new(&reference, |text| look.bold(text)),
                Cell::cut(&title, width, |text| look.dim(text)),
            ]
        })
        .collect();
    for (line, found) in columns(&rows).into_iter().zip(&review.structure) {
        lines.push(line);
        for field in &found.fields {
            let told = plain(&words::field(field));
            lines.extend(below(6, &told, look));
        }
    }
    lines
}

fn findings(all: &[Found], look: Look) -> Vec<String> {
    all.iter()
        .map(|found| {
            let colour = match found.level {
                Level::Error => AnsiColor::Red,
                Level::Warning => AnsiColor::Yellow,
                Level::Info => AnsiColor::Cyan,
            };
            let level = look.paint(colour.on_default().bold(), found.level.word());
            format!(
                "  {}: {level}[{}]: {}",
                printable(&words::place(found)),
                found.rule,
                one_line(&found.message)
            )
        })
        .collect()
}

fn questions(review: &Review, look: Look) -> Vec<String> {
    if review.questions.is_empty() {
        return Vec::new();
    }
    let asked = QUESTIONS.iter().flat_map(|question| below(2, question, look));
    let goals = review.questions.iter().flat_map(|found| {
        let mut lines = vec![format!(
            "  {}  {}",
            look.bold(&printable(&found.goal.to_string())),
            one_line(&found.title)
        )];
        let facts: Vec<Phrase> = words::facts(found);
        lines.extend(facts.iter().flat_map(|fact| below(6, &plain(fact), look)));
        lines
    });
    asked.chain(goals).collect()
}
