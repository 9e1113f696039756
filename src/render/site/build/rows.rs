//! The pieces that several pages share: goals, key results, teams and cycles in lists.

use std::collections::BTreeMap;

use super::super::link::{self, Href};
use super::super::view::{
    CycleHead, GoalGroup, GoalRow, KeyResultRow, ListKeys, Meter, Rows, ScoreText, Shared,
    StatusText, TeamRow, Way,
};
use super::super::{chart, figure};
use super::owners::{is_below, with_those_above};
use super::{Scope, amendments, filters, key_result, words};
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
    let mut text = String::with_capacity(12);
    figure::push_number(&mut text, coverage.measured as f64);
    text.push_str(" of ");
    figure::push_number(&mut text, coverage.all as f64);
    text
}

/// What is said of coverage that counts key results of goals which do not stand among these, whose positions rise.
fn coverage_note(scope: &Scope<'_>, goals: &[usize], of: &str) -> Option<String> {
    let others = goals.iter().flat_map(|at| &scope.model.contributors[*at]);
    let mut others =
        others.map(|other| other.goal).filter(|other| goals.binary_search(other).is_err());
    others.any(|at| scope.goal(at).0.counts()).then(|| format!("with {of} that count here"))
}

/// The share of a window that is over, as long as it is under way.
fn passed(window: Window, today: Date) -> Option<f64> {
    window.contains(today).then(|| window.elapsed(today))
}

/// A progress that pages show: none where nothing is measured, which figures count as nothing done.
fn measured(progress: Option<f64>, coverage: Coverage) -> Option<f64> {
    progress.filter(|_| coverage.measured > 0)
}

/// The progress of a goal, as long as something of it is measured.
pub(super) fn progress(figures: &GoalFigures) -> Option<f64> {
    measured(figures.progress, figures.coverage)
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
        team: goal.team.as_deref().map(|team| team_link(scope, team, from)),
        cycle: goal.reference.cycle.clone(),
        owner: goal.owner.as_deref().and_then(|owner| scope.owner(owner, from)),
        meter: scope.meter(progress(figures), expected),
        pace: expected.and_then(|_| least_pace(goal, figures)).map(figure::score),
        confidence: figures.confidence.map(|confidence| confidence.to_string()),
        coverage: coverage(figures.coverage),
        coverage_note: coverage_note(scope, &[at], "goals"),
        score: score(scope, at),
        dropped: goal.dropped.clone(),
        weight: words::weight(goal.weight),
        keys: keys(scope, at),
        key_results: Vec::new(),
    }
}

/// What a goal is narrowed and sorted by in lists.
pub(super) fn keys(scope: &Scope<'_>, at: usize) -> ListKeys {
    let (goal, figures) = scope.goal(at);
    filters::goal_keys(goal, figures.status, progress(figures))
}

/// The most goals that one list shows with their key results; a page with more would be too heavy to open.
pub(super) const IN_FULL: usize = 400;

/// Goals that stand on a page with `among` goals in all: with their key results, unless these are too many.
pub(super) fn goal_cards(
    scope: &Scope<'_>,
    goals: &[usize],
    among: usize,
    from: &str,
) -> impl Iterator<Item = GoalRow> {
    let row = if among > IN_FULL { goal_line } else { goal_card };
    goals.iter().map(move |at| row(scope, *at, from))
}

/// A goal in a list, with its key results.
fn goal_card(scope: &Scope<'_>, at: usize, from: &str) -> GoalRow {
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

/// A link to a goal's page.
pub(super) fn goal_link(goal: &Goal, from: &str) -> Way {
    Way { text: words::goal_title(goal), url: Href::between(from, &goal_path(goal)) }
}

/// A link to a key result's place on its goal's page.
pub(super) fn key_result_link(goal: &Goal, key_result: &KeyResult, from: &str) -> Way {
    Way {
        text: words::key_result_title(key_result),
        url: Href::to_anchor(from, &goal_path(goal), &anchor(key_result)),
    }
}

/// The goal without its team where that is `own`, whose page it is on.
pub(super) fn without_team(row: GoalRow, scope: &Scope<'_>, own: &str, from: &str) -> GoalRow {
    let own = team_link(scope, own, from);
    let team = row.team.filter(|team| team.url != own.url);
    GoalRow { team, ..row }
}

/// A link to a team's page.
pub(super) fn team_link(scope: &Scope<'_>, team: &str, from: &str) -> Shared<Way> {
    scope.made.teams.get(from, team, || Way {
        text: scope.model.settings.team_name(team).to_owned(),
        url: Href::between(from, &link::team_page(team)),
    })
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
pub(super) fn score(scope: &Scope<'_>, at: usize) -> Option<ScoreText> {
    let figures = &scope.rollup.goals[at];
    let (score, grade) = (figures.score?, figures.grade?);
    if is_out(figures.status) {
        return None;
    }
    let shown = figure::score(score);
    let original = score_original(scope, at).map(figure::score);
    Some(ScoreText {
        original: original.filter(|original| *original != shown),
        score: shown,
        grade: grade.word().to_owned(),
    })
}

/// The score under the original plan, of a goal whose goalposts were moved by the report's date.
pub(super) fn score_original(scope: &Scope<'_>, at: usize) -> Option<f64> {
    let original = scope.rollup.goals[at].score_original?;
    amendments::goalpost_moves(scope, at).is_some_and(|moves| moves > 0).then_some(original)
}

/// The progress of a key result; without a tick once it is over, out, or closed with its goal.
pub(super) fn key_result_meter(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
) -> Shared<Meter> {
    let open = is_open(scope, goal, key_result, figures);
    scope.meter(figures.raw.map(|_| figures.progress), figures.expected.filter(|_| open))
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

pub(super) fn key_result_row(
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
        goal: None,
        keys: None,
        owner: other_owner(scope, goal, key_result, from),
        pace: figures.pace.filter(|_| open).map(figure::score),
        confidence: figures.confidence.map(|confidence| confidence.to_string()),
    }
}

/// The owner of a key result, where it is not the goal's.
pub(super) fn other_owner(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    from: &str,
) -> Option<Shared<Way>> {
    let own = key_result.owner.as_deref().filter(|own| Some(*own) != goal.owner.as_deref());
    own.and_then(|own| scope.owner(own, from))
}

/// Where a date finds a cycle: `upcoming`, `active` or `closed`.
pub(super) fn state(window: Window, today: Date) -> &'static str {
    match () {
        () if today < window.start => "upcoming",
        () if today > window.end => "closed",
        () => "active",
    }
}

/// A window in words.
pub(super) fn span(window: Window) -> String {
    figure::span(window.start, window.end)
}

/// The figures of a cycle.
pub(super) fn cycle_head(scope: &Scope<'_>, figures: &CycleFigures, from: &str) -> CycleHead {
    let window = figures.window;
    CycleHead {
        id: figures.id.clone(),
        url: Href::between(from, &link::cycle_page(&figures.id)),
        window: span(window),
        state: state(window, scope.as_of).to_owned(),
        standing: words::standing(window, scope.as_of),
        meter: scope
            .meter(measured(figures.progress, figures.coverage), passed(window, scope.as_of)),
        elapsed: figure::percent(window.elapsed(scope.as_of)),
        coverage: coverage(figures.coverage),
        coverage_note: coverage_note(scope, scope.goals_of(&figures.id), "goals elsewhere"),
        statuses: scope.statuses(&figures.statuses),
    }
}

/// Teams of one list, each after the team above it and before that one's next sibling, with their figures in `cycle`.
pub(super) fn team_rows(
    scope: &Scope<'_>,
    cycle: Option<&str>,
    teams: &[&str],
    from: &str,
) -> impl Iterator<Item = TeamRow> {
    let mut teams = teams.to_vec();
    teams.sort_by(|a, b| a.split('/').cmp(b.split('/')));
    let mut above: Vec<&str> = Vec::new();
    let with_depth = move |team| {
        let figures = cycle.and_then(|cycle| scope.teams.get(&(cycle, team)));
        let row = match figures {
            Some(figures) => team_row(scope, figures, from),
            None => idle_team_row(scope, team, from),
        };
        above.retain(|other| is_below(team, other));
        above.push(team);
        TeamRow { depth: above.len() - 1, ..row }
    };
    teams.into_iter().map(with_depth)
}

/// The figures of a team in a cycle, at the top of a list.
pub(super) fn team_row(scope: &Scope<'_>, figures: &TeamFigures, from: &str) -> TeamRow {
    let window = scope.model.cycles[&figures.cycle];
    let is_in = |at: &&usize| scope.model.goals[**at].reference.cycle == figures.cycle;
    let goals = scope.owners.goals_of_team(&figures.id).iter().filter(is_in).copied();
    let goals: Vec<usize> = goals.collect();
    TeamRow {
        meter: scope
            .meter(measured(figures.progress, figures.coverage), passed(window, scope.as_of)),
        coverage: coverage(figures.coverage),
        coverage_note: coverage_note(scope, &goals, "goals elsewhere"),
        statuses: scope.statuses(&figures.statuses),
        ..idle_team_row(scope, &figures.id, from)
    }
}

/// A team without figures.
fn idle_team_row(scope: &Scope<'_>, team: &str, from: &str) -> TeamRow {
    TeamRow {
        name: scope.model.settings.team_name(team).to_owned(),
        path: team.to_owned(),
        url: Href::between(from, &link::team_page(team)),
        depth: 0,
        lead: scope.lead(team, from),
        meter: scope.meter(None, None),
        coverage: "–".to_owned(),
        coverage_note: None,
        statuses: scope.statuses(&BTreeMap::new()),
    }
}

/// Goals that are divided by team, with the keys by which all of them are narrowed, in the same order.
pub(super) fn groups(
    scope: &Scope<'_>,
    teams: &[Vec<usize>],
    keys: Vec<ListKeys>,
    from: &str,
) -> Rows<GoalGroup> {
    let among = keys.len();
    let mut keys = keys.into_iter();
    let group = |goals: &Vec<usize>| {
        let team = goals.first().and_then(|at| scope.model.goals[*at].team.as_deref());
        let rows = goal_cards(scope, goals, among, from).zip(keys.by_ref());
        GoalGroup {
            name: team_name(scope, team),
            url: team.map(|team| team_link(scope, team, from).url.clone()),
            lead: team.and_then(|team| scope.lead(team, from)),
            goals: rows.map(|(goal, keys)| GoalRow { keys, ..goal }).collect(),
        }
    };
    teams.iter().map(group).collect()
}

/// The goals of a cycle divided by team: those of no team first, then the teams, each after the team above it.
pub(super) fn by_team(scope: &Scope<'_>, cycle: &str) -> Vec<Vec<usize>> {
    let mut by_team: BTreeMap<Option<Vec<&str>>, Vec<usize>> = BTreeMap::new();
    for &at in scope.goals_of(cycle) {
        let team = scope.model.goals[at].team.as_deref().map(|team| team.split('/').collect());
        by_team.entry(team).or_default().push(at);
    }
    by_team.into_values().collect()
}

/// The name of a team, or of those goals that no team owns.
pub(super) fn team_name(scope: &Scope<'_>, team: Option<&str>) -> String {
    team.map_or(WHOLE, |team| scope.model.settings.team_name(team)).to_owned()
}

/// The crumbs of a page below a cycle: the cycle, then `team` and the teams above it, the highest first.
pub(super) fn crumbs(scope: &Scope<'_>, cycle: &str, team: Option<&str>) -> Vec<(String, String)> {
    let name = |team: &str| scope.model.settings.team_name(team).to_owned();
    let teams = team.into_iter().flat_map(with_those_above);
    let teams = teams.map(|team| (name(team), link::team_page(team)));
    [(cycle.to_owned(), link::cycle_page(cycle))].into_iter().chain(teams).collect()
}

/// Crumbs as a page's head takes them.
pub(super) fn borrowed(crumbs: &[(String, String)]) -> Vec<(&str, &str)> {
    crumbs.iter().map(|(text, to)| (text.as_str(), to.as_str())).collect()
}
