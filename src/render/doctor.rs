//! What `goals doctor` found: for people, and as JSON of a fixed, versioned shape.

mod observations;

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

pub use observations::{Files, Place, Subject, view};

use super::terminal::{Look, wrap};
use crate::text::{count, printable};

/// The version of the shape. It goes up when a member goes away or changes its meaning; new
/// members may come without that.
pub const FORMAT_VERSION: u32 = 1;

/// What a workspace and its repository are like.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DoctorView {
    /// Version of this shape: 1.
    pub format_version: u32,
    /// Whether nothing stands in the way: every figure and the whole history can be told, and a
    /// check-in can be made.
    pub sound: bool,
    /// What was looked at, in three parts: workspace, repository, check-ins.
    pub sections: Vec<SectionView>,
}

/// One part of what was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SectionView {
    /// Its name: `workspace`, `repository` or `check-ins`.
    #[schemars(extend("enum" = ["workspace", "repository", "check-ins"]))]
    pub section: &'static str,
    /// Each thing that was looked at.
    pub observations: Vec<Observation>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Observation {
    /// What was looked at: `objects`, `history`, `identity` and others.
    pub topic: &'static str,
    /// What was found.
    pub found: String,
    /// How it is: `fine`, `odd` if it is worth knowing and harmless, `hindrance` if it takes
    /// something from the results or would make a check-in fail.
    #[schemars(extend("enum" = ["fine", "odd", "hindrance"]))]
    pub state: &'static str,
    /// What follows from it; null where nothing does.
    pub consequence: Option<String>,
    /// What to do about it; null where nothing is to be done.
    pub cure: Option<String>,
}

const FINE: &str = "fine";
const ODD: &str = "odd";
const HINDRANCE: &str = "hindrance";

impl Observation {
    fn fine(topic: &'static str, found: impl Into<String>) -> Self {
        Self { topic, found: found.into(), state: FINE, consequence: None, cure: None }
    }

    fn odd(topic: &'static str, found: impl Into<String>, consequence: &str) -> Self {
        Self { state: ODD, consequence: Some(consequence.to_owned()), ..Self::fine(topic, found) }
    }

    fn hindrance(topic: &'static str, found: impl Into<String>, consequence: &str) -> Self {
        Self { state: HINDRANCE, ..Self::odd(topic, found, consequence) }
    }

    fn cure(self, cure: impl Into<String>) -> Self {
        Self { cure: Some(cure.into()), ..self }
    }
}

/// The findings as indented JSON with a final line break.
pub fn json(view: &DoctorView) -> String {
    serde_json::to_string_pretty(view).expect("views are plain data") + "\n"
}

/// The JSON Schema of a [`DoctorView`].
pub fn schema() -> String {
    super::schema::of::<DoctorView>()
}

/// The findings for people: a line for each, with consequence and cure below what is odd.
pub fn text(view: &DoctorView, look: Look) -> String {
    let topics = view.sections.iter().flat_map(|section| &section.observations);
    let width = topics.clone().map(|one| one.topic.width()).max().unwrap_or(0);
    let mut text = String::new();
    for section in &view.sections {
        text.push_str(&format!("{}\n", look.bold(section.section)));
        for observation in &section.observations {
            text.push_str(&told(observation, width, look));
        }
        text.push('\n');
    }
    let hindrances = topics.filter(|observation| observation.state == HINDRANCE).count();
    text.push_str(&match hindrances {
        0 => "Nothing stands in the way.\n".to_owned(),
        1 => "1 thing stands in the way.\n".to_owned(),
        many => format!("{} stand in the way.\n", count(many, "thing")),
    });
    text
}

fn told(observation: &Observation, width: usize, look: Look) -> String {
    let (mark, colour) = match observation.state {
        FINE => ("✓", AnsiColor::Green),
        ODD => ("○", AnsiColor::Yellow),
        _ => ("✗", AnsiColor::Red),
    };
    let mark = look.paint(Style::new().fg_color(Some(colour.into())), mark);
    let topic = format!("{:width$}", observation.topic);
    let indent = width + 6;
    let room = look.width.map_or(usize::MAX, |width| width.saturating_sub(indent).max(30));
    let below = |text: &str| {
        let text = printable(text);
        let lines = wrap(&text, room).into_iter();
        lines.map(|line| format!("{}{}\n", " ".repeat(indent), look.dim(&line))).collect::<String>()
    };
    let mut told = format!("  {mark} {topic}  {}\n", printable(&observation.found));
    if let Some(consequence) = &observation.consequence {
        told.push_str(&below(consequence));
    }
    if let Some(cure) = &observation.cure {
        told.push_str(&below(&format!("help: {cure}")));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_marked_and_counted() {
        let observations = vec![
            Observation::fine("objects", "sha1\u{1b}[31m"),
            Observation::hindrance("history", "shallow", "witnesses are missing").cure("fetch"),
        ];
        let sections = vec![SectionView { section: "repository", observations }];
        let view = DoctorView { format_version: FORMAT_VERSION, sound: false, sections };
        let text = text(&view, Look::default());
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(
            text.contains("  ✗ history  shallow\n             witnesses are missing\n"),
            "{text}"
        );
        assert!(text.ends_with("help: fetch\n\n1 thing stands in the way.\n"), "{text}");
    }
}
