//! What a finding is about: the goal, and the key result, that its place belongs to.

use crate::diagnostic::Place;
use crate::load::CHECKINS_SUFFIX;
use crate::model::{Goal, KeyResult, Model};

/// The goal that a place belongs to, and perhaps one of its key results.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The goal whose plan or check-ins file holds the place.
    pub goal: &'a Goal,
    /// The present id of the key result whose table holds it; of a table that names no key result,
    /// its name.
    pub key_result: Option<&'a str>,
}

/// Finds what a place is about; nothing for files that are no goal's.
pub fn subject<'a>(model: &'a Model, place: &Place) -> Option<Subject<'a>> {
    let offset = place.span.start;
    if let Some(goal) = model.goal_at(&place.path) {
        return Some(Subject { goal, key_result: in_plan(goal, offset) });
    }
    let plan = format!("{}.toml", place.path.strip_suffix(CHECKINS_SUFFIX)?);
    let goal = model.goal_at(&plan)?;
    Some(Subject { goal, key_result: in_records(goal, offset) })
}

/// The key result of the last table that begins at or before an offset of the plan.
fn in_plan(goal: &Goal, offset: usize) -> Option<&str> {
    let plan = &goal.plan;
    let key_results = plan.key_results.iter().map(|doc| (doc.shape.at.start, Some(&*doc.id)));
    let initiatives = plan.initiatives.iter().map(|doc| (doc.id.span.start, None));
    let close = plan.close.iter().map(|doc| (doc.shape.at.start, None));
    let tables = key_results.chain(initiatives).chain(close);
    let last = tables.filter(|(start, _)| *start <= offset).max_by_key(|(start, _)| *start);
    last.and_then(|(_, key_result)| key_result)
}

/// The key result of the last table that begins at or before an offset of the check-ins file.
fn in_records(goal: &Goal, offset: usize) -> Option<&str> {
    let tables = goal.record_tables.iter().filter(|table| table.span.start <= offset);
    let name = &tables.max_by_key(|table| table.span.start)?.value;
    let by_name = |kr: &&KeyResult| kr.id.as_ref() == Some(name) || kr.formerly.contains(name);
    let known = goal.key_results.iter().find(by_name).and_then(|kr| kr.id.as_deref());
    known.or(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::model;
    use crate::text::Span;

    const PLAN: &str = "title = \"T\"\nowner = \"a\"\n[key_results.speed]\ntitle = \"S\"\nbaseline = 1\ntarget = 2\nformerly = [\"pace\"]\n[initiatives.work]\ntitle = \"W\"\n";
    /// The same id in the same cycle twice: the first path is in the model, the other is nobody's.
    #[test]
    fn a_file_that_is_not_in_the_model_is_about_no_goal() {
        let (first, second) = ("goals/2026-q4/a.toml", "goals/2026-q4/team/a.toml");
        let model = model(&[(first, PLAN), (second, PLAN)]);
        let goal = |path: &str| {
            let found = subject(&model, &Place::new(path, Span::default()))?;
            Some(found.goal.path.as_str())
        };
        assert_eq!(goal(first), Some(first));
        for other in [second, "goals/2026-q4/b.toml", "goals/2026-q4", "goals/a.toml", "a.toml", ""]
        {
            assert_eq!(goal(other), None, "{other}");
        }
    }

    const RECORDS: &str =
        "2026-10-05 = { confidence = 5 }\n[pace]\n2026-10-06 = 1\n[other]\n2026-10-07 = 1\n";

    #[test]
    fn a_place_belongs_to_the_table_that_it_stands_in() {
        let model =
            model(&[("goals/2026-q4/a.toml", PLAN), ("goals/2026-q4/a.checkins.toml", RECORDS)]);
        let about = |path: &str, text: &str, what: &str| {
            let start = text.find(what).expect("in the sample");
            let found = subject(&model, &Place::new(path, Span::new(start, start + 1)))?;
            Some(found.goal.reference.with(found.key_result))
        };
        let plan = |what| about("goals/2026-q4/a.toml", PLAN, what);
        assert_eq!(plan("owner").as_deref(), Some("2026-q4/a"));
        assert_eq!(plan("baseline").as_deref(), Some("2026-q4/a.speed"));
        assert_eq!(plan("\"W\"").as_deref(), Some("2026-q4/a"));
        let records = |what| about("goals/2026-q4/a.checkins.toml", RECORDS, what);
        assert_eq!(records("2026-10-05").as_deref(), Some("2026-q4/a"));
        assert_eq!(records("2026-10-06").as_deref(), Some("2026-q4/a.speed"));
        assert_eq!(records("2026-10-07").as_deref(), Some("2026-q4/a.other"));
        assert_eq!(about("goals.toml", PLAN, "owner"), None);
    }
}
