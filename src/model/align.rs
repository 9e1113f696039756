//! The alignment graph: what contributes to what, without circles.

use std::sync::Arc;

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Contributor, GoalRef, Link, Model, Reference, Unresolved};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::splice::toml_string;
use crate::load::{Kind, Spanned};
use crate::text::{as_id, printable};

/// The most levels that goals may stand above each other.
const MAX_LEVELS: usize = 64;
/// How many goals of a circle are named.
const MAX_NAMED: usize = 8;

/// Resolves every link of `model`, drops those that can't be, and orders the goals.
///
/// Links to one of `unplaced` were reported with that goal and are dropped in silence.
pub(super) fn align(model: &mut Model, unplaced: &[String], findings: &mut Vec<Diagnostic>) {
    for at in 0..model.goals.len() {
        let plan = model.goals[at].plan.clone();
        let meant: Vec<usize> =
            plan.contributes_to.iter().filter_map(|text| meant(model, at, &text.value)).collect();
        model.meant.extend(meant);
        let contributes = links(model, at, &plan.contributes_to, unplaced, findings);
        let contributes = counted(model, at, contributes, findings);
        let supports = links(model, at, &plan.supports, unplaced, findings);
        continues(model, at, unplaced, findings);
        let goal = &mut model.goals[at];
        // A goal that is as it was the last time stays shared.
        if goal.contributes_to != contributes || goal.supports != supports {
            let goal = Arc::make_mut(goal);
            (goal.contributes_to, goal.supports) = (contributes, supports);
        }
    }
    break_circles(model, findings);
    order(model, findings);
    all_weights_zero(model, findings);
}

/// The goal that a reference which does not resolve was probably meant for.
fn meant(model: &Model, at: usize, text: &str) -> Option<usize> {
    let reference = Reference::parse(text)?;
    match model.resolve(&reference, &model.goals[at].reference.cycle) {
        Err(Unresolved::NoGoal(near)) => {
            let near = Reference::parse(&near?)?;
            model.position(&GoalRef::new(near.cycle?, near.goal))
        }
        Err(Unresolved::NoKeyResult(goal, _)) => model.position(&goal),
        _ => None,
    }
}

/// Resolves the references of one key of one plan.
fn links(
    model: &Model,
    at: usize,
    texts: &[Spanned<String>],
    unplaced: &[String],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Link> {
    let goal = &model.goals[at];
    let mut links = Vec::with_capacity(texts.len());
    for text in texts {
        let parsed = Reference::parse(&text.value);
        let resolved = match &parsed {
            Some(reference) => model.resolve(reference, &goal.reference.cycle),
            None => Err(Unresolved::Malformed),
        };
        match resolved {
            Ok((goal, key_result)) => links.push(Link { goal, key_result, span: text.span }),
            Err(_)
                if parsed.as_ref().is_some_and(|reference| unplaced.contains(&reference.goal)) => {}
            Err(Unresolved::NoKeyResult(goal, _)) if may_be_unread(model, &goal, &parsed) => {}
            Err(reason) => {
                let own = goal.reference.to_string();
                let reason = match reason {
                    Unresolved::NoGoal(near) => {
                        Unresolved::NoGoal(near.filter(|near| *near != own))
                    }
                    other => other,
                };
                let fix = same_but_for_case(model, &text.value, &goal.reference.cycle);
                let place = Place::new(&goal.path, text.span);
                let finding = unresolved(&text.value, &reason, place);
                let quoted = |meant: String| vec![(text.span, toml_string(&meant))];
                findings.push(
                    finding.maybe_fix(fix.map(quoted)).maybe_guess(near(&reason).map(quoted)),
                );
            }
        }
    }
    links
}

/// The full reference that one which does not resolve was probably meant to be.
fn near(reason: &Unresolved) -> Option<String> {
    match reason {
        Unresolved::NoGoal(near) => near.clone(),
        Unresolved::NoKeyResult(goal, near) => near.as_ref().map(|near| goal.with(Some(near))),
        Unresolved::Malformed | Unresolved::Ambiguous(_) => None,
    }
}

/// The reference that a text must mean which is none: ids are lower-case words joined by hyphens,
/// and written so it names something.
fn same_but_for_case(model: &Model, text: &str, cycle: &str) -> Option<String> {
    let part = |part: &str| as_id(part.trim());
    let joined = |text: &str| text.split('.').map(part).collect::<Vec<_>>().join(".");
    let meant = text.split('/').map(joined).collect::<Vec<_>>().join("/");
    let is_new = Reference::parse(text).is_none();
    let reference = Reference::parse(&meant).filter(|_| is_new)?;
    model.resolve(&reference, cycle).ok().map(|_| meant)
}

/// Tells whether a key result that is not there may stand on a line that could not be read.
fn may_be_unread(model: &Model, goal: &GoalRef, parsed: &Option<Reference>) -> bool {
    let wanted = parsed.as_ref().and_then(|reference| reference.key_result.as_deref());
    let goal = model.goal(goal);
    goal.zip(wanted).is_some_and(|(goal, wanted)| goal.plan.unread.contains(wanted))
}

fn unresolved(text: &str, reason: &Unresolved, place: Place) -> Diagnostic {
    let shown = printable(text);
    let near = near(reason).map(|near| format!("did you mean `{near}`?"));
    match reason {
        Unresolved::Malformed => {
            Diagnostic::new("unknown-reference", format!("`{shown}` is not a reference"), place)
                .help("a reference is [<cycle>/]<goal>[.<key-result>], such as 2026/grow.retention")
        }
        Unresolved::NoGoal(_) => Diagnostic::new(
            "unknown-reference",
            format!("no goal `{shown}` in this cycle or one around it"),
            place,
        )
        .maybe_help(near),
        Unresolved::NoKeyResult(goal, _) => {
            let message = format!("`{goal}` has no such key result: `{shown}`");
            Diagnostic::new("unknown-reference", message, place).maybe_help(near)
        }
        Unresolved::Ambiguous(goals) => {
            let names: Vec<String> = goals.iter().map(|goal| format!("`{goal}`")).collect();
            Diagnostic::new(
                "ambiguous-reference",
                format!("`{shown}` could be {}", names.join(" or ")),
                place,
            )
            .help("name the cycle as well")
        }
    }
}

/// Keeps the links that can be counted: to goals, and to key results of kind `objectives`, once.
fn counted(
    model: &Model,
    at: usize,
    links: Vec<Link>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Link> {
    let goal = &model.goals[at];
    let mut kept: Vec<Link> = Vec::with_capacity(links.len());
    for link in links {
        let parent = &model.goals[link.goal];
        let here = Place::new(&goal.path, link.span);
        let key_result = link.key_result.map(|at| &parent.key_results[at]);
        if let Some(key_result) = key_result.filter(|found| found.kind != Kind::Objectives) {
            let message = format!(
                "`{}` has a measure of its own and cannot be contributed to",
                parent.reference.with(key_result.id.as_deref())
            );
            let kind = format!("a {}", key_result.kind.word());
            let instead =
                format!("write it under `supports`, or contribute to `{}`", parent.reference);
            findings.push(
                Diagnostic::new("contributes-to-measured", message, here)
                    .related(Place::new(&parent.path, key_result.at), kind)
                    .help(instead),
            );
            continue;
        }
        let twice = kept.iter().find(|other| {
            let same = other.key_result == link.key_result;
            let both = other.key_result.is_none() || link.key_result.is_none();
            other.goal == link.goal && (same || both)
        });
        if let Some(other) = twice {
            let message = format!("contributes to `{}` twice", parent.reference);
            findings.push(
                Diagnostic::new("contributes-twice", message, here)
                    .related(Place::new(&goal.path, other.span), "already counted here")
                    .help("keep one of the two"),
            );
            continue;
        }
        closed(model, at, &link, findings);
        kept.push(link);
    }
    kept
}

/// A goal that goes on cannot count in one that is over.
fn closed(model: &Model, at: usize, link: &Link, findings: &mut Vec<Diagnostic>) {
    let (goal, parent) = (&model.goals[at], &model.goals[link.goal]);
    let open = goal.close.is_none() && goal.dropped.is_none();
    let Some(close) = parent.close.as_ref().filter(|close| open && close.date < goal.window.end)
    else {
        return;
    };
    let message =
        format!("`{}` was closed on {}, before this goal ends", parent.reference, close.date);
    findings.push(
        Diagnostic::new("contributes-to-closed", message, Place::new(&goal.path, link.span))
            .related(Place::new(&parent.path, parent.plan.shape.at), "the goal that is over")
            .help("align it with a goal that is open, or remove the reference"),
    );
}

/// `continues` must name a goal.
fn continues(model: &Model, at: usize, unplaced: &[String], findings: &mut Vec<Diagnostic>) {
    let goal = &model.goals[at];
    if let Some(text) = &goal.plan.continues {
        links(model, at, std::slice::from_ref(text), unplaced, findings);
    }
}

fn graph(model: &Model, with_supports: bool) -> DiGraph<usize, ()> {
    let mut graph = DiGraph::with_capacity(model.goals.len(), model.goals.len());
    for at in 0..model.goals.len() {
        graph.add_node(at);
    }
    for (at, goal) in model.goals.iter().enumerate() {
        let supports = if with_supports { &goal.supports[..] } else { &[] };
        for link in goal.contributes_to.iter().chain(supports) {
            graph.add_edge(NodeIndex::new(at), NodeIndex::new(link.goal), ());
        }
    }
    graph
}

/// Reports each circle once, and drops the counted links inside it.
fn break_circles(model: &mut Model, findings: &mut Vec<Diagnostic>) {
    let graph = graph(model, true);
    for circle in kosaraju_scc(&graph) {
        let mut members: Vec<usize> = circle.into_iter().map(|node| graph[node]).collect();
        members.sort_unstable();
        let inside = |link: &Link| members.contains(&link.goal);
        let links_inside = |at: usize| {
            let goal = &model.goals[at];
            goal.contributes_to
                .iter()
                .chain(&goal.supports)
                .filter(|link| inside(link))
                .cloned()
                .collect::<Vec<_>>()
        };
        let is_circle = members.len() > 1 || !links_inside(members[0]).is_empty();
        if !is_circle {
            continue;
        }
        findings.push(circle_finding(model, &members, &links_inside));
        for &at in &members {
            model.meant.insert(at);
            let goal = Arc::make_mut(&mut model.goals[at]);
            goal.contributes_to.retain(|link| !members.contains(&link.goal));
            goal.supports.retain(|link| !members.contains(&link.goal));
        }
    }
}

fn circle_finding(
    model: &Model,
    members: &[usize],
    links_inside: &dyn Fn(usize) -> Vec<Link>,
) -> Diagnostic {
    let names: Vec<String> =
        members.iter().map(|at| model.goals[*at].reference.to_string()).collect();
    let message = match &names[..] {
        [one] => format!("`{one}` is aligned with itself"),
        _ if names.len() > MAX_NAMED => format!(
            "these goals are aligned in a circle: {} and {} more",
            names[..MAX_NAMED].join(", "),
            names.len() - MAX_NAMED
        ),
        _ => format!("these goals are aligned in a circle: {}", names.join(", ")),
    };
    let mut places = members.iter().flat_map(|&at| {
        let path = &model.goals[at].path;
        links_inside(at).into_iter().map(move |link| Place::new(path, link.span))
    });
    let first = places.next().unwrap_or_else(|| Place::new("", crate::text::Span::default()));
    let mut finding =
        Diagnostic::new("alignment-cycle", message, first).help("remove one of these references");
    for place in places.take(MAX_NAMED) {
        finding = finding.related(place, "and here");
    }
    finding
}

/// Orders the goals so that contributors come first, and notes who contributes to whom.
fn order(model: &mut Model, findings: &mut Vec<Diagnostic>) {
    let graph = graph(model, false);
    let Ok(sorted) = toposort(&graph, None) else { return };
    let mut levels = vec![1_usize; model.goals.len()];
    model.order = sorted.into_iter().map(|node| graph[node]).collect();
    for position in 0..model.order.len() {
        let at = model.order[position];
        let levels_here = levels[at];
        for link in model.goals[at].contributes_to.clone() {
            levels[link.goal] = levels[link.goal].max(levels_here + 1);
            if levels_here >= MAX_LEVELS {
                model.meant.insert(link.goal);
                if levels_here == MAX_LEVELS {
                    findings.push(too_many_levels(Place::new(&model.goals[at].path, link.span)));
                }
                continue;
            }
            let contributor = Contributor { goal: at, key_result: link.key_result };
            model.contributors[link.goal].push(contributor);
        }
        if levels_here >= MAX_LEVELS {
            Arc::make_mut(&mut model.goals[at]).contributes_to.clear();
        }
    }
    for contributors in &mut model.contributors {
        contributors.sort_by_key(|contributor| (contributor.goal, contributor.key_result));
    }
}

fn too_many_levels(place: Place) -> Diagnostic {
    let message = format!("more than {MAX_LEVELS} goals stand above each other");
    Diagnostic::new("alignment-cycle", message, place).help("align with a goal nearer to the top")
}

/// A goal whose every member has weight 0 has no progress.
fn all_weights_zero(model: &Model, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in model.goals.iter().enumerate() {
        let own = goal.key_results.iter().map(|kr| kr.weight);
        let others = model.contributors[at]
            .iter()
            .filter(|contributor| contributor.key_result.is_none())
            .map(|contributor| model.goals[contributor.goal].weight);
        let weights: Vec<f64> = own.chain(others).collect();
        if !weights.is_empty() && weights.iter().all(|weight| *weight == 0.0) {
            let place = goal
                .plan
                .key_results
                .iter()
                .find_map(|doc| doc.weight.as_ref())
                .map_or(goal.plan.shape.at, |w| w.span);
            let message = format!("every weight in `{}` is 0, so nothing counts", goal.reference);
            findings.push(
                Diagnostic::new("bad-weight", message, Place::new(&goal.path, place))
                    .help("give at least one key result a weight above 0"),
            );
        }
    }
}
