//! What a person means by a name: a full reference, or any part of one that is unambiguous.

use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::model::cycle::built_in;
use crate::model::{Model, Reference, Unresolved};

/// A goal by position, and one of its key results.
pub(super) type Named = (usize, Option<usize>);

/// Finds the goal or key result that `text` names. Without a cycle it is looked for in the cycles
/// that are active on `as_of`; where no reference fits, a prefix or suffix of one will do.
///
/// # Errors
///
/// Nothing is named so, or several things are.
pub(super) fn resolve(model: &Model, text: &str, as_of: Date) -> Result<Named> {
    let reference = Reference::parse(text);
    if let Some(reference) = reference.as_ref().filter(|reference| reference.cycle.is_some()) {
        return match model.resolve(reference, "") {
            Ok(named) => Ok(named),
            Err(_) => abbreviated(model, text, as_of),
        };
    }
    let cycles = searched_cycles(model, as_of);
    let exact: Vec<Named> = reference
        .iter()
        .flat_map(|reference| {
            cycles.iter().filter_map(|cycle| {
                let full = Reference { cycle: Some((*cycle).to_owned()), ..reference.clone() };
                model.resolve(&full, "").ok()
            })
        })
        .collect();
    match exact[..] {
        [one] => Ok(one),
        [] => abbreviated(model, text, as_of),
        _ => Err(several(model, text, &exact)),
    }
}

/// The active cycles; all of them where none is active.
fn searched_cycles(model: &Model, as_of: Date) -> Vec<&str> {
    let active = model.active_cycles(as_of);
    if active.is_empty() { model.cycles.keys().map(String::as_str).collect() } else { active }
}

fn abbreviated(model: &Model, text: &str, as_of: Date) -> Result<Named> {
    let (cycle, rest) = match text.split_once('/') {
        Some((cycle, rest)) => (Some(cycle), rest),
        None => (None, text),
    };
    let cycles: Vec<&str> = match cycle {
        Some(cycle) => vec![cycle],
        None => searched_cycles(model, as_of),
    };
    let mut found: Vec<Named> = Vec::new();
    for (at, goal) in model.goals.iter().enumerate() {
        if !cycles.contains(&goal.reference.cycle.as_str()) || rest.is_empty() {
            continue;
        }
        let id = goal.reference.id.as_str();
        if fits(id, rest) {
            found.push((at, None));
        }
        for (position, key_result) in goal.key_results.iter().enumerate() {
            let Some(own) = key_result.id.as_deref() else { continue };
            let named = match rest.split_once('.') {
                Some((goal, key_result)) => fits(id, goal) && fits(own, key_result),
                None => fits(own, rest),
            };
            if named {
                found.push((at, Some(position)));
            }
        }
    }
    // A name that fits a goal as well as its own key results means the goal.
    let whole: Vec<Named> =
        found.iter().copied().filter(|(_, key_result)| key_result.is_none()).collect();
    let exact: Vec<Named> =
        found.iter().copied().filter(|named| is_exact(model, *named, rest)).collect();
    match (&found[..], &exact[..], &whole[..]) {
        ([one], _, _) | (_, [one], _) => Ok(*one),
        ([], _, _) => Err(nothing(model, text, rest, as_of)),
        (_, _, [one]) if found.iter().all(|named| named.0 == one.0) => Ok(*one),
        _ => Err(several(model, text, &found)),
    }
}

fn fits(name: &str, part: &str) -> bool {
    !part.is_empty() && (name.starts_with(part) || name.ends_with(part))
}

fn is_exact(model: &Model, (goal, key_result): Named, text: &str) -> bool {
    let goal = &model.goals[goal];
    match key_result {
        Some(at) => goal.key_results[at].id.as_deref() == Some(text),
        None => goal.reference.id == text,
    }
}

/// The full reference of something.
pub(super) fn full(model: &Model, named: Named) -> String {
    model.name(named)
}

fn several(model: &Model, text: &str, found: &[Named]) -> Error {
    let shown: Vec<String> = found.iter().take(8).map(|named| full(model, *named)).collect();
    let more = if found.len() > shown.len() {
        format!(" and {} more", found.len() - shown.len())
    } else {
        String::new()
    };
    Error::new(Kind::Usage, format!("`{text}` could be {}{more}", shown.join(", ")))
        .hint("write more of the name")
}

fn nothing(model: &Model, text: &str, rest: &str, as_of: Date) -> Error {
    let error = Error::new(Kind::Usage, format!("no goal or key result `{text}`"));
    if model.cycles.contains_key(text) {
        return error
            .hint(format!("`{text}` is a cycle: `goals status --cycle {text}` shows its goals"));
    }
    if built_in(text, model.settings.year_starts).is_some() {
        return error.hint(no_such_cycle(model, text));
    }
    let parsed = Reference::parse(rest).map(|reference| Reference { cycle: None, ..reference });
    let elsewhere: Vec<String> = parsed
        .iter()
        .flat_map(|reference| {
            model.cycles.keys().filter_map(|cycle| {
                let full = Reference { cycle: Some(cycle.clone()), ..reference.clone() };
                model.resolve(&full, "").ok()
            })
        })
        .map(|named| full(model, named))
        .collect();
    if !elsewhere.is_empty() && !text.contains('/') {
        let active = model.active_cycles(as_of).join(", ");
        return error.hint(format!(
            "it is not in the active cycles ({active}); did you mean `{}`?",
            elsewhere.join("` or `")
        ));
    }
    let unknown_cycle = text
        .split_once('/')
        .map(|(cycle, _)| cycle)
        .filter(|cycle| !model.cycles.contains_key(*cycle));
    if let Some(cycle) = unknown_cycle {
        return error.hint(no_such_cycle(model, cycle));
    }
    if let Some(reference) = parsed {
        let cycle = text.split_once('/').map(|(cycle, _)| cycle.to_owned());
        let near = match model.resolve(&Reference { cycle, ..reference }, "") {
            Err(Unresolved::NoKeyResult(goal, near)) => near.map(|near| goal.with(Some(&near))),
            Err(Unresolved::NoGoal(near)) => near,
            _ => None,
        };
        if let Some(near) = near.or_else(|| nearest_part(model, rest)) {
            return error.hint(format!("did you mean `{near}`?"));
        }
    }
    error.hint("`goals status` lists the goals of the active cycles")
}

/// Says that a cycle has no goals, which may be meant, and which there are.
fn no_such_cycle(model: &Model, cycle: &str) -> String {
    let all: Vec<&str> = model.cycles.keys().map(String::as_str).collect();
    let near = crate::text::did_you_mean(cycle, all.iter().copied());
    let near = near.map(|near| format!("; {near}")).unwrap_or_default();
    match all.is_empty() {
        true => format!("there are no goals in cycle `{cycle}`, nor in any other"),
        false => format!("no goals in cycle `{cycle}`; there is {}{near}", all.join(", ")),
    }
}

/// A key result whose own id is near to what was typed.
fn nearest_part(model: &Model, text: &str) -> Option<String> {
    let ids = model
        .goals
        .iter()
        .flat_map(|goal| goal.key_results.iter().filter_map(|kr| kr.id.as_deref()));
    let id = crate::text::nearest(text, ids)?;
    let goal = model.goals.iter().rev().find(|goal| goal.key_result_position(id).is_some())?;
    Some(goal.reference.with(Some(id)))
}
