//! What stands under the cursor: what a word means in the file that it is in.

use crate::load::{CHECKINS_SUFFIX, Outline, Role, Room, SETTINGS_FILE, Word};
use crate::text::Span;

/// The sort of a goal file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// `goals.toml`.
    Settings,
    /// A plan.
    Plan,
    /// A check-ins file.
    Checkins,
}

impl Sort {
    /// The sort of the file at a path.
    pub(super) fn of(path: &str) -> Self {
        match path {
            SETTINGS_FILE => Self::Settings,
            path if path.ends_with(CHECKINS_SUFFIX) => Self::Checkins,
            _ => Self::Plan,
        }
    }
}

/// What a word, or the room for one, means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A reference to a goal or key result: in `contributes_to`, `supports` or `continues`.
    Reference,
    /// A person or team: in `owner`, `by` or `lead`.
    Person,
    /// The id of a key result: in the header of its table, or of its records.
    KeyResult,
    /// The id of an initiative.
    Initiative,
    /// The date of a record.
    Date,
    /// The name of a rule: in `allow`, or under `[check.levels]`.
    Rule,
    /// The value of a record.
    RecordValue,
    /// A key of the format.
    Key,
    /// A value of any other key.
    Value,
}

/// What stands at an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place<'o> {
    /// What it means.
    pub(super) meaning: Meaning,
    /// The word; nothing where there is only room for one.
    pub(super) word: Option<&'o Word>,
    /// The tables around it; then, of a key or header, itself, and of a value its key. Where there is room
    /// for a key, the tables alone.
    pub(super) path: &'o [String],
    /// What would be replaced: the word without its quotes, or nothing at the offset.
    pub(super) span: Span,
}

/// Tells what stands at an offset of a file.
pub(super) fn at<'o>(sort: Sort, outline: &'o Outline, offset: usize) -> Option<Place<'o>> {
    if let Some(word) = outline.word(offset) {
        let meaning = meaning(sort, word.role, &word.path)?;
        return Some(Place { meaning, word: Some(word), path: &word.path, span: word.span });
    }
    let (room, path) = outline.room(offset);
    let meaning = match room {
        Room::Nothing => return None,
        Room::Value => of_value(sort, path),
        Room::Line | Room::Key => of_new_key(sort, path),
    };
    Some(Place { meaning, word: None, path, span: Span::new(offset, offset) })
}

/// What a word means.
pub(super) fn meaning(sort: Sort, role: Role, path: &[String]) -> Option<Meaning> {
    let (last, above) = path.split_last()?;
    Some(match role {
        Role::Text | Role::Bare => of_value(sort, path),
        Role::Header if sort == Sort::Checkins && above.is_empty() => Meaning::KeyResult,
        Role::Header | Role::Key => match names(above).as_slice() {
            ["key_results"] if sort == Sort::Plan => Meaning::KeyResult,
            ["initiatives"] if sort == Sort::Plan => Meaning::Initiative,
            _ if sort == Sort::Checkins && crate::text::looks_like_date(last) => Meaning::Date,
            _ => of_new_key(sort, above),
        },
    })
}

/// What a key means that is typed into a table.
fn of_new_key(sort: Sort, table: &[String]) -> Meaning {
    let table = names(table);
    match (sort, table.as_slice()) {
        (Sort::Plan, ["allow"] | ["key_results", _, "allow"]) => Meaning::Rule,
        (Sort::Settings, ["check", "levels"]) => Meaning::Rule,
        (Sort::Checkins, []) => Meaning::Date,
        (Sort::Checkins, [name]) if !crate::text::looks_like_date(name) => Meaning::Date,
        _ => Meaning::Key,
    }
}

/// What the value of a key means.
fn of_value(sort: Sort, path: &[String]) -> Meaning {
    let path = names(path);
    match (sort, path.as_slice()) {
        (Sort::Plan, ["contributes_to" | "supports" | "continues"]) => Meaning::Reference,
        (Sort::Plan, ["owner"] | ["key_results" | "initiatives", _, "owner"]) => Meaning::Person,
        (Sort::Settings, ["teams", _, "lead"]) => Meaning::Person,
        (Sort::Checkins, [.., "by"]) => Meaning::Person,
        (Sort::Checkins, [.., date] | [.., date, "value"])
            if crate::text::looks_like_date(date) =>
        {
            Meaning::RecordValue
        }
        _ => Meaning::Value,
    }
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: char = '‸';

    fn check(path: &str, marked: &str, expected: Option<(Meaning, &str)>) {
        let offset = marked.find(CURSOR).expect("a cursor");
        let text = marked.replace(CURSOR, "");
        let outline = Outline::of(&text);
        let place = at(Sort::of(path), &outline, offset);
        let told = place.map(|place| (place.meaning, &text[place.span.start..place.span.end]));
        assert_eq!(told, expected, "{marked}");
    }

    #[test]
    fn words_of_a_plan_mean_what_their_keys_say() {
        use Meaning::*;
        for (text, meaning, word) in [
            ("contributes_to = [\"20‸26/grow\"]", Reference, "2026/grow"),
            ("contributes_to = [\"a\", \"‸", Reference, ""),
            ("supports = \"gr‸ow.arr\"", Reference, "grow.arr"),
            ("owner = \"an‸\"", Person, "an"),
            ("[initiatives.x]\nowner = ‸", Person, ""),
            ("[key_results.le‸ad-time]", KeyResult, "lead-time"),
            ("key_results.le‸ad.title = 1", KeyResult, "lead"),
            ("[initiatives.can‸ary]", Initiative, "canary"),
            ("allow = { mis‸sing-why = \"x\" }", Rule, "missing-why"),
            ("[key_results.a.allow]\n‸", Rule, ""),
            ("bas‸eline = 1", Key, "baseline"),
            ("‸", Key, ""),
            ("[key_results.a]\nkind = \"thr‸\"", Value, "thr"),
        ] {
            check("goals/2026/a.toml", text, Some((meaning, word)));
        }
        check("goals/2026/a.toml", "# a comm‸ent", None);
        check("goals/2026/a.toml", "a = 1 ‸", None);
    }

    #[test]
    fn words_of_records_and_settings_mean_what_they_say_there() {
        use Meaning::*;
        for (path, text, meaning, word) in [
            ("a.checkins.toml", "[lead‸-time]", KeyResult, "lead-time"),
            ("a.checkins.toml", "[a]\n2026-‸10-05 = 1", Date, "2026-10-05"),
            ("a.checkins.toml", "[a]\n‸", Date, ""),
            ("a.checkins.toml", "[a]\n2026-10-05 = 1‸80", RecordValue, "180"),
            ("a.checkins.toml", "2026-10-05 = { value = 1‸ }", RecordValue, "1"),
            ("a.checkins.toml", "2026-10-05 = { ‸", Key, ""),
            ("a.checkins.toml", "2026-10-05 = { by = \"b‸en\" }", Person, "ben"),
            ("goals.toml", "[check]\nlevels = { missing-w‸hy = \"off\" }", Rule, "missing-why"),
            ("goals.toml", "[teams.a]\nlead = \"a‸na\"", Person, "ana"),
        ] {
            check(path, text, Some((meaning, word)));
        }
    }
}
