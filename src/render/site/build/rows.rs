//! The pieces that several pages share: goals, key results, teams and cycles in lists.

use std::collections::BTreeMap;

use super::super::link::{self, Href};
use super::super::view::{
    CycleHead, GoalGroup, GoalRow, KeyResultRow, LinkRow, Meter, ScoreText, StatusCounts,
    StatusText, TeamRow,
};
use super::super::{chart, figure};
use super::{Scope, key_result, words};
use crate::date::{Date, Window};
use crate::load::Kind;
use crate::model::{Goal, KeyResult};
use crate::rollup::{Coverage, CycleFigures, GoalFigures, KeyResultFigures, Status, TeamFigures};

/// The name of the group of goals that no team owns.
const WHOLE: &str = "Whole organisation";

/// Tells whether a status leaves out what has it.
pub(super) fn is_out(status: Status) -> bool {
    matches!(status, Status::Draft | Status::Dropped)
}

fn coverage(coverage: Coverage) -> String {
    format!(
        "{} of {}",
        figure::number(coverage.measured as f64),
        figure::number(coverage.all as f64)
    )
}

fn statuses(counts: &BTreeMap<Status, usize>) -> StatusCounts {
    let counts: Vec<(&str, usize)> =
        counts.iter().map(|(status, count)| (status.word(), *count)).collect();
    StatusCounts::new(&counts)
}

/// The share of a window that is over, as long as it is under way.
fn passed(window: Window, today: Date) -> Option<f64> {
    window.contains(today).then(|| window.elapsed(today))
}

/// A goal in a list, without its key results.
pub(super) fn goal_line(scope: &Scope<'_>, at: usize, from: &str) -> GoalRow {
    let (goal, figures) = scope.goal(at);
    let open = !is_out(figures.status) && !scope.is_closed(goal);
    let expected = passed(goal.window, scope.as_of).filter(|_| open);
    GoalRow {
        title: words::goal_title(goal),
        url: Href::between(from, &goal_path(goal)),
        status: StatusText::new(figures.status.word()),
        reason: None,
        team: goal.team.as_deref().map(|team| team_link(scope, &goal.reference.cycle, team, from)),
        cycle: goal.reference.cycle.clone(),
        owner: goal.owner.as_deref().map(|owner| scope.owner_name(owner)),
        meter: Meter::new(figures.progress, expected, figures.status.word()),
        pace: expected.and_then(|_| least_pace(goal, figures)).map(figure::score),
        confidence: figures.confidence.map(|confidence| confidence.to_string()),
        coverage: coverage(figures.coverage),
        score: score(figures),
        dropped: goal.dropped.clone(),
        weight: words::weight(goal.weight),
        key_results: Vec::new(),
    }
}

/// A goal in a list, with its key results.
pub(super) fn goal_card(scope: &Scope<'_>, at: usize, from: &str) -> GoalRow {
    let (goal, figures) = scope.goal(at);
    let rows = (0..goal.key_results.len()).map(|position| {
        let row = key_result_row(
            scope,
            goal,
            &goal.key_results[position],
            &figures.key_results[position],
            from,
        );
        KeyResultRow { value: row.value.or_else(|| made_up_of(scope, at, position)), ..row }
    });
    GoalRow { key_results: rows.collect(), ..goal_line(scope, at, from) }
}

/// How many goals make up a key result of the kind `objectives`; nothing for other kinds, which have values.
fn made_up_of(scope: &Scope<'_>, at: usize, position: usize) -> Option<String> {
    let is_objectives = scope.model.goals[at].key_results[position].kind == Kind::Objectives;
    let count = key_result::contributors(scope, at, position).count();
    is_objectives.then(|| figure::count(count, "goal", "goals"))
}

/// The path of a goal's page.
pub(super) fn goal_path(goal: &Goal) -> String {
    link::goal_page(&goal.reference.cycle, &goal.reference.id)
}

fn team_link(scope: &Scope<'_>, cycle: &str, team: &str, from: &str) -> LinkRow {
    LinkRow {
        text: scope.model.settings.team_name(team).to_owned(),
        url: Some(Href::between(from, &link::team_page(cycle, team))),
        note: None,
    }
}

/// The least pace of the key results that count.
fn least_pace(goal: &Goal, figures: &GoalFigures) -> Option<f64> {
    goal.key_results
        .iter()
        .zip(&figures.key_results)
        .filter(|(key_result, figures)| key_result.weight > 0.0 && !is_out(figures.status))
        .filter_map(|(_, figures)| figures.pace)
        .min_by(f64::total_cmp)
}

/// The score of a goal that counts and is over. The score under the original plan stands beside it only where a
/// goalpost move made the difference.
fn score(figures: &GoalFigures) -> Option<ScoreText> {
    let (score, grade) = (figures.score?, figures.grade?);
    if is_out(figures.status) {
        return None;
    }
    let shown = figure::score(score);
    let moved = figures.goalpost_moves.is_some_and(|moves| moves > 0);
    let original = figures.score_original.filter(|_| moved).map(figure::score);
    Some(ScoreText {
        original: original.filter(|original| *original != shown),
        score: shown,
        grade: grade.word().to_owned(),
    })
}

/// The progress of a key result; without a tick once it is over, out, or closed with its goal.
pub(super) fn key_result_meter(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
) -> Meter {
    let open = is_open(scope, goal, key_result, figures);
    Meter::new(
        figures.raw.map(|_| figures.progress),
        figures.expected.filter(|_| open),
        figures.status.word(),
    )
}

/// Tells whether a key result is under way, so that expectation, pace and forecast mean something.
pub(super) fn is_open(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
) -> bool {
    key_result.window.contains(scope.as_of) && !is_out(figures.status) && !scope.is_closed(goal)
}

/// The `id` of a key result's place on its goal's page.
pub(super) fn anchor(key_result: &KeyResult) -> String {
    link::anchor(key_result.id.as_deref().unwrap_or("measure"))
}

fn key_result_row(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    from: &str,
) -> KeyResultRow {
    let open = is_open(scope, goal, key_result, figures);
    let window = key_result.window;
    let spark = chart::sparkline(
        &key_result::course(key_result, scope.as_of),
        &key_result::expected_course(key_result),
        window.start,
        window.end,
        scope.as_of,
    );
    KeyResultRow {
        title: words::key_result_title(key_result),
        url: Href::to_anchor(from, &goal_path(goal), &anchor(key_result)),
        status: StatusText::new(figures.status.word()),
        meter: key_result_meter(scope, goal, key_result, figures),
        spark,
        value: figures.value.as_ref().map(|value| words::value(key_result, value)),
        target: words::target(key_result),
        owner: other_owner(scope, goal, key_result),
        pace: figures.pace.filter(|_| open).map(figure::score),
        confidence: figures.confidence.map(|confidence| confidence.to_string()),
    }
}

/// The owner of a key result, where it is not the goal's.
pub(super) fn other_owner(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
) -> Option<String> {
    let own = key_result.owner.as_deref().filter(|own| Some(*own) != goal.owner.as_deref());
    own.map(|own| scope.owner_name(own))
}

/// The figures of a cycle.
pub(super) fn cycle_head(scope: &Scope<'_>, figures: &CycleFigures, from: &str) -> CycleHead {
    let window = figures.window;
    let state = match () {
        () if scope.as_of < window.start => "upcoming",
        () if scope.as_of > window.end => "closed",
        () => "active",
    };
    CycleHead {
        id: figures.id.clone(),
        url: Href::between(from, &link::cycle_page(&figures.id)),
        window: figure::span(window.start, window.end),
        state: state.to_owned(),
        standing: words::standing(window, scope.as_of),
        meter: Meter::new(figures.progress, passed(window, scope.as_of), "plain"),
        elapsed: figure::percent(window.elapsed(scope.as_of)),
        coverage: coverage(figures.coverage),
        statuses: statuses(&figures.statuses),
    }
}

/// Teams of one list, each after the team above it and before that one's next sibling.
pub(super) fn team_rows(
    scope: &Scope<'_>,
    cycle: &str,
    mut teams: Vec<&str>,
    from: &str,
) -> Vec<TeamRow> {
    teams.sort_by(|a, b| a.split('/').cmp(b.split('/')));
    let above = |team: &str, other: &&&str| {
        team.strip_prefix(**other).is_some_and(|rest| rest.starts_with('/'))
    };
    teams
        .iter()
        .filter_map(|team| {
            let figures = scope.teams.get(&(cycle, *team))?;
            let depth = teams.iter().filter(|other| above(team, other)).count();
            Some(TeamRow { depth, ..team_row(scope, figures, from) })
        })
        .collect()
}

/// The figures of a team, at the top of a list.
pub(super) fn team_row(scope: &Scope<'_>, figures: &TeamFigures, from: &str) -> TeamRow {
    let settings = &scope.model.settings;
    let window = scope.model.cycles[&figures.cycle];
    TeamRow {
        name: settings.team_name(&figures.id).to_owned(),
        path: figures.id.clone(),
        url: Href::between(from, &link::team_page(&figures.cycle, &figures.id)),
        depth: 0,
        lead: lead(scope, &figures.id),
        meter: Meter::new(figures.progress, passed(window, scope.as_of), "plain"),
        coverage: coverage(figures.coverage),
        statuses: statuses(&figures.statuses),
    }
}

fn lead(scope: &Scope<'_>, team: &str) -> Option<String> {
    let settings = &scope.model.settings;
    let lead = settings.teams.get(team).and_then(|team| team.lead.as_deref());
    lead.map(|lead| scope.owner_name(lead))
}

/// The goals of a cycle that `inside` holds, by team: those of no team first, then the teams, each after the team
/// above it. `own` is the team whose page it is.
pub(super) fn groups(
    scope: &Scope<'_>,
    cycle: &str,
    own: Option<&str>,
    from: &str,
    inside: impl Fn(&Goal) -> bool,
) -> Vec<GoalGroup> {
    let mut by_team: BTreeMap<Option<Vec<&str>>, Vec<usize>> = BTreeMap::new();
    for &at in scope.goals_of(cycle) {
        let goal = &scope.model.goals[at];
        if inside(goal) {
            let team = goal.team.as_deref().map(|team| team.split('/').collect());
            by_team.entry(team).or_default().push(at);
        }
    }
    by_team
        .into_values()
        .map(|goals| {
            let team = goals.first().and_then(|at| scope.model.goals[*at].team.as_deref());
            let link = team
                .filter(|team| Some(*team) != own)
                .and_then(|team| team_link(scope, cycle, team, from).url);
            GoalGroup {
                name: team.map_or(WHOLE, |team| scope.model.settings.team_name(team)).to_owned(),
                url: link,
                lead: team.and_then(|team| lead(scope, team)),
                goals: goals.into_iter().map(|at| goal_card(scope, at, from)).collect(),
            }
        })
        .collect()
}

/// The crumbs of a page below a cycle: the cycle, then `team` and the teams above it, the highest first.
pub(super) fn crumbs(scope: &Scope<'_>, cycle: &str, team: Option<&str>) -> Vec<(String, String)> {
    let mut crumbs = vec![(cycle.to_owned(), link::cycle_page(cycle))];
    if let Some(team) = team {
        let ends = team.match_indices('/').map(|(at, _)| at).chain([team.len()]);
        crumbs.extend(ends.map(|end| {
            let team = &team[..end];
            (scope.model.settings.team_name(team).to_owned(), link::team_page(cycle, team))
        }));
    }
    crumbs
}

/// Crumbs as a page's head takes them.
pub(super) fn borrowed(crumbs: &[(String, String)]) -> Vec<(&str, &str)> {
    crumbs.iter().map(|(text, to)| (text.as_str(), to.as_str())).collect()
}
