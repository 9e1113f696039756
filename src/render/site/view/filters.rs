//! What lists of goals are narrowed and sorted by.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::super::escape;
use super::super::markdown::Markup;

/// The choices that narrow a list. They need the script: a template leaves them hidden until it runs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Filters {
    /// How many there are to be narrowed: `23 goals`.
    pub total: String,
    /// The choices; what is the same for all is none of them.
    pub by: Vec<FilterRow>,
}

/// One choice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FilterRow {
    /// What it looks at: `status`, `cycle`, `team`, `owner` or `tag`.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What can be chosen.
    pub options: Vec<OptionRow>,
}

/// One option of a choice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OptionRow {
    /// The value that it asks for.
    pub value: String,
    /// What it is called.
    pub text: String,
}

/// What something in a list is found, narrowed and sorted by; empty where there is none, and where no choice of the
/// list asks for it. Templates are given the attributes in which the script reads it.
#[derive(Debug, Clone)]
pub struct ListKeys {
    /// The id of the goal.
    pub id: String,
    /// The word of its status.
    pub status: String,
    /// The place of its status among all, the worst first; empty in lists that cannot be sorted.
    pub rank: String,
    /// The cycle.
    pub cycle: String,
    /// The path of its team.
    pub team: String,
    /// Its owner as the plan has it.
    pub owner: String,
    /// Its tags, one a line.
    pub tag: String,
    /// Its progress with at most four decimals: `0.4312`.
    pub progress: String,
}

impl ListKeys {
    /// The attributes, each with a blank before it: ` data-id="calm" data-status="at-risk"`.
    fn attributes(&self) -> Markup {
        let attributes = [
            (" data-id=\"", &self.id),
            (" data-status=\"", &self.status),
            (" data-rank=\"", &self.rank),
            (" data-cycle=\"", &self.cycle),
            (" data-team=\"", &self.team),
            (" data-owner=\"", &self.owner),
            (" data-tag=\"", &self.tag),
            (" data-progress=\"", &self.progress),
        ];
        let mut markup = String::with_capacity(192);
        for (opening, key) in attributes.into_iter().filter(|(_, key)| !key.is_empty()) {
            markup.push_str(opening);
            escape::push_text(&mut markup, key);
            markup.push('"');
        }
        Markup::trusted(markup)
    }
}

impl Serialize for ListKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.attributes().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_attributes_without_empty_ones_and_inert() {
        let keys = ListKeys {
            id: "calm".to_owned(),
            status: String::new(),
            rank: "2".to_owned(),
            cycle: "2026-q4".to_owned(),
            team: "a/b".to_owned(),
            owner: "\" onclick=\"x".to_owned(),
            tag: "one\ntwo".to_owned(),
            progress: String::new(),
        };
        assert_eq!(
            keys.attributes().as_str(),
            " data-id=\"calm\" data-rank=\"2\" data-cycle=\"2026-q4\" data-team=\"a/b\" \
             data-owner=\"&quot; onclick=&quot;x\" data-tag=\"one\ntwo\""
        );
    }
}
