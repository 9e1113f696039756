//! References: how goals and key results are named, and what a name resolves to.

use std::fmt;

use crate::text::is_id;

/// The identity of a goal: its cycle and its id. Where its file lies is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoalRef {
    /// The cycle's id.
    pub cycle: String,
    /// The goal's id, unique in the cycle.
    pub id: String,
}

impl GoalRef {
    /// Names a goal.
    pub fn new(cycle: impl Into<String>, id: impl Into<String>) -> Self {
        Self { cycle: cycle.into(), id: id.into() }
    }

    /// The reference of one of its key results; of the goal itself for none.
    pub fn with(&self, key_result: Option<&str>) -> String {
        match key_result {
            Some(key_result) => [&self.cycle, "/", &self.id, ".", key_result].concat(),
            None => [&self.cycle, "/", &self.id].concat(),
        }
    }
}

impl fmt::Display for GoalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cycle, self.id)
    }
}

/// A reference as it is written: `[<cycle>/]<goal>[.<key-result>]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The cycle, if one is named.
    pub cycle: Option<String>,
    /// The goal.
    pub goal: String,
    /// The key result, if one is named.
    pub key_result: Option<String>,
}

impl Reference {
    /// Reads a reference; nothing if it has not the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (cycle, rest) = match text.split_once('/') {
            Some((cycle, rest)) => (Some(cycle), rest),
            None => (None, text),
        };
        let (goal, key_result) = match rest.split_once('.') {
            Some((goal, key_result)) => (goal, Some(key_result)),
            None => (rest, None),
        };
        let sound = is_id(goal) && cycle.is_none_or(is_id) && key_result.is_none_or(is_id);
        sound.then(|| Self {
            cycle: cycle.map(str::to_owned),
            goal: goal.to_owned(),
            key_result: key_result.map(str::to_owned),
        })
    }
}

/// Why a reference names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// It has not the shape of a reference.
    Malformed,
    /// No such goal; perhaps one of these was meant.
    NoGoal(Option<String>),
    /// The goal is there, the key result is not; perhaps this one was meant.
    NoKeyResult(GoalRef, Option<String>),
    /// Several goals are meant alike.
    Ambiguous(Vec<GoalRef>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_three_parts_of_which_one_is_needed() {
        let parts = |text: &str| Reference::parse(text).map(|r| (r.cycle, r.goal, r.key_result));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("grow"), Some((None, "grow".into(), None)));
        assert_eq!(parts("2026/grow.arr"), Some((some("2026"), "grow".into(), some("arr"))));
        for bad in ["", "Grow", "a/b/c", "a.b.c", "2026/", "/grow", "grow.", "a b"] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }
}
