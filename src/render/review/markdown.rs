//! A review as Markdown, for a comment on a pull request: it begins with a hidden marker, folds
//! what is long, and is cut between its rows, never inside one, where a comment would be too long.

use std::borrow::Cow;

use super::human::scope_name;
use super::words::{self, Piece};
use crate::render::gfm;
use crate::review::{CheckIn, Found, Goalpost, Move, QUESTIONS, Review, Rewritten};
use crate::text::cut;

/// The first line, by which the one comment is found again that is to be updated.
pub const MARKER: &str = "<!-- goals:review -->";

/// Sections of more rows than this are folded.
const OPEN_ROWS: usize = 12;
/// The most characters of one piece of somebody's text, where the whole is to fit a comment.
const TEXT_CHARACTERS: usize = 280;
/// What each section may count on, whatever those before it would take.
const RESERVED_BYTES: usize = 3_000;

/// How to write it.
#[derive(Debug, Clone, Default)]
pub struct Markdown {
    /// The command that shows the whole, where this has to be cut; nothing for no limit.
    pub whole: Option<String>,
}

/// A section: what stands above its rows, and the rows, each of whole lines.
struct Section {
    title: &'static str,
    head: String,
    rows: Vec<String>,
}

/// The review as Markdown, with a final line break.
pub fn markdown(review: &Review, how: &Markdown) -> String {
    if review.is_empty() {
        return format!("{MARKER}\nno changes to goals\n");
    }
    let writer = Writer { limit: how.whole.as_ref().map(|_| TEXT_CHARACTERS) };
    let sections = writer.sections(review);
    let begin = format!("{MARKER}\n### Goals: {}\n", words::summary(review));
    let end = |is_cut: bool| match (&how.whole, is_cut) {
        (Some(command), true) => {
            format!("\nThis is cut to fit a comment. The whole: {}\n", gfm::code(command))
        }
        _ => String::new(),
    };
    let date = format!("\n<sub>Figures of both sides as of {}.</sub>\n", review.as_of);
    let room = how.whole.as_ref().map_or(usize::MAX, |_| {
        gfm::COMMENT_BYTES.saturating_sub(begin.len() + end(true).len() + date.len())
    });
    let (body, is_cut) = fit(&sections, room);
    format!("{begin}{body}{}{date}", end(is_cut))
}

/// As much of the sections as there is room for, and whether rows were left out.
fn fit(sections: &[Section], room: usize) -> (String, bool) {
    let sizes: Vec<usize> =
        sections.iter().map(|section| section.text(section.rows.len()).len()).collect();
    let (mut body, mut is_cut) = (String::new(), false);
    for (at, section) in sections.iter().enumerate() {
        let later: usize = sizes[at + 1..].iter().map(|size| (*size).min(RESERVED_BYTES)).sum();
        let own = room.saturating_sub(body.len() + later);
        let rows = section.rows_within(own);
        is_cut |= rows < section.rows.len();
        body.push_str(&section.text(rows));
    }
    (body, is_cut)
}

impl Section {
    /// The section with as many of its rows; folded if it has many.
    fn text(&self, shown: usize) -> String {
        let rows: String = self.rows[..shown].concat();
        let left = match self.rows.len() - shown {
            0 => String::new(),
            left => format!("\n… and {left} more\n"),
        };
        let head = if shown == 0 { "" } else { &self.head };
        let content = format!("\n{head}{rows}{left}");
        match self.rows.len() > OPEN_ROWS {
            true => format!(
                "\n<details><summary><b>{}</b> ({})</summary>\n{content}\n</details>\n",
                self.title,
                self.rows.len()
            ),
            false => format!("\n#### {}\n{content}", self.title),
        }
    }

    /// How many rows there is room for, in bytes.
    fn rows_within(&self, room: usize) -> usize {
        let fits = |rows: &usize| self.text(*rows).len() <= room;
        if fits(&self.rows.len()) {
            return self.rows.len();
        }
        let frame = self.text(0).len() + self.head.len() + 8;
        gfm::rows_within(&self.rows, room.saturating_sub(frame))
    }
}

/// Writes rows.
struct Writer {
    /// The most characters of one piece of somebody's text.
    limit: Option<usize>,
}

impl Writer {
    fn sections(&self, review: &Review) -> Vec<Section> {
        let table = |title, head: &str, rows| Section { title, head: head.to_owned(), rows };
        let asked: String = QUESTIONS.iter().map(|question| format!("- {question}\n")).collect();
        let asked = format!("{asked}\n| new goal | title | |\n| --- | --- | --- |\n");
        let all = vec![
            table(
                "What moves",
                "| | progress | points | because of |\n| --- | --- | ---: | --- |\n",
                review.moves.iter().map(|found| self.moved(found)).collect(),
            ),
            table(
                "Check-ins",
                "| key result | date | value | progress | confidence | by | note |\n| --- | --- | --- | --- | --- | --- | --- |\n",
                review.checkins.iter().map(|found| self.checkin(found)).collect(),
            ),
            table(
                "Goalposts moved",
                "| | change | when | score both ways |\n| --- | --- | --- | --- |\n",
                review.goalposts.iter().map(|found| self.goalpost(found)).collect(),
            ),
            table(
                "Past rewritten",
                "| record of | date | change | by |\n| --- | --- | --- | --- |\n",
                review.rewritten.iter().map(|found| self.rewritten(found)).collect(),
            ),
            table(
                "Structure",
                "| | | title | what changed |\n| --- | --- | --- | --- |\n",
                self.structure(review),
            ),
            table(
                "Findings brought",
                FINDINGS,
                review.brought.iter().map(|found| self.finding(found, true)).collect(),
            ),
            table(
                "Findings mended",
                FINDINGS,
                review.mended.iter().map(|found| self.finding(found, false)).collect(),
            ),
            table("Questions that no machine can answer", &asked, self.questions(review)),
        ];
        all.into_iter().filter(|section| !section.rows.is_empty()).collect()
    }

    fn moved(&self, found: &Move) -> String {
        let [before, after] = [found.before, found.after].map(words::percent);
        let status = match found.statuses {
            Some([old, new]) if old != new => format!("<br>{} → {}", old.word(), new.word()),
            _ => String::new(),
        };
        let causes: Vec<String> = words::causes(found)
            .iter()
            .map(|(points, why)| format!("{points} {}", self.phrase(why)))
            .collect();
        row(&[
            gfm::code(&scope_name(&found.scope)),
            format!("{before} → {after}{status}"),
            words::difference(found).map(|points| points.replace('<', "\\<")).unwrap_or_default(),
            causes.join("<br>"),
        ])
    }

    fn checkin(&self, found: &CheckIn) -> String {
        row(&[
            gfm::code(&found.goal.with(found.key_result.as_deref())),
            found.stamp.to_string(),
            self.phrase(&words::recorded(found)),
            words::progress(found),
            found.confidence.map(|given| given.to_string()).unwrap_or_default(),
            self.phrase(&words::by(found)),
            found.note.as_ref().map(|note| self.text(note)).unwrap_or_default(),
        ])
    }

    fn goalpost(&self, found: &Goalpost) -> String {
        row(&[
            gfm::code(&found.goal.with(found.key_result.as_deref())),
            self.phrase(&words::field(&found.field)),
            self.phrase(&words::moved_when(found)),
            words::both_ways(found).unwrap_or_default(),
        ])
    }

    fn rewritten(&self, found: &Rewritten) -> String {
        row(&[
            gfm::code(&found.goal.with(found.key_result.as_deref())),
            found.stamp.to_string(),
            self.phrase(&words::rewriting(found)),
            found.author.as_ref().map(|author| self.text(&author.name)).unwrap_or_default(),
        ])
    }

    fn structure(&self, review: &Review) -> Vec<String> {
        let rows = review.structure.iter().map(|found| {
            let (subject, title) = match &found.goal {
                Some(goal) => (goal.with(found.key_result.as_deref()), self.text(&found.title)),
                None => (found.title.clone(), String::new()),
            };
            let changed = self.phrase(&words::fields(&found.fields));
            row(&[found.change.word().to_owned(), gfm::code(&subject), title, changed])
        });
        rows.collect()
    }

    /// A finding, with its cure where it still needs one.
    fn finding(&self, found: &Found, is_there: bool) -> String {
        let help = found.help.as_ref().filter(|_| is_there);
        let help = help.map(|help| format!("<br>help: {}", gfm::message(&self.cut(help))));
        row(&[
            found.level.word().to_owned(),
            format!("{}{}", gfm::message(&self.cut(&found.message)), help.unwrap_or_default()),
            found.rule.to_owned(),
            gfm::code(&words::place(found)),
        ])
    }

    fn questions(&self, review: &Review) -> Vec<String> {
        let rows = review.questions.iter().map(|found| {
            let facts: Vec<String> =
                words::facts(found).iter().map(|fact| self.phrase(fact)).collect();
            row(&[gfm::code(&found.goal.to_string()), self.text(&found.title), facts.join("<br>")])
        });
        rows.collect()
    }

    fn phrase(&self, phrase: &[Piece]) -> String {
        let shown = phrase.iter().map(|piece| match piece {
            Piece::Own(text) => text.replace('<', "\\<"),
            Piece::Name(text) => gfm::code(text),
            Piece::Text(text) => self.text(text),
        });
        shown.collect()
    }

    /// Somebody's text: on one line, cut if it is long, of which nothing acts.
    fn text(&self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        gfm::plain(&self.cut(&words.join(" ")))
    }

    fn cut<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.limit.map_or(Cow::Borrowed(text), |limit| cut(text, limit))
    }
}

const FINDINGS: &str = "| level | finding | rule | where |\n| --- | --- | --- | --- |\n";

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
