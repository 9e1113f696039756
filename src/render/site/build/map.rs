//! The alignment map: the goals of the active cycles with what they count in and support.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::link::{self, Href};
use super::super::view::{MapPage, MapRow, PageHead, Rows, StatusText};
use super::super::{chart, figure};
use super::{Scope, rows, words};
use crate::rollup::CycleFigures;

/// The most goals that are drawn; more of them are a list.
const MOST_DRAWN: usize = 200;

/// Makes the page of the map.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> MapPage {
    let (cycles, active) = cycles(scope);
    let shown: Vec<usize> = cycles
        .iter()
        .flat_map(|cycle| scope.goals_of(cycle))
        .copied()
        .filter(|at| scope.model.goals[*at].dropped.is_none())
        .collect();
    let ties = ties(scope, &shown);
    let is_drawn = !shown.is_empty() && shown.len() <= MOST_DRAWN;
    let description = "What the goals count in, and what they support.";
    MapPage {
        head: PageHead::new(link::MAP, "Map", description, &[]),
        cycles: words::listed(&cycles),
        active,
        count: figure::count(shown.len(), "goal", "goals"),
        picture: is_drawn.then(|| picture(scope, &shown, &ties)),
        list: list(scope, &shown, &ties),
    }
}

/// The cycles that are shown, the longest first, and whether they are active: those that hold the report's date, else
/// the last one that ended, else the first to come, with the cycles around it.
fn cycles<'a>(scope: &Scope<'a>) -> (Vec<&'a str>, bool) {
    let all = &scope.rollup.cycles;
    let sorted = |mut cycles: Vec<&'a CycleFigures>| -> Vec<&'a str> {
        cycles.sort_by_key(|cycle| (Reverse(cycle.window.days()), cycle.window.start, &cycle.id));
        cycles.into_iter().map(|cycle| cycle.id.as_str()).collect()
    };
    let active: Vec<&CycleFigures> =
        all.iter().filter(|cycle| cycle.window.contains(scope.as_of)).collect();
    if !active.is_empty() {
        return (sorted(active), true);
    }
    let ended = all.iter().filter(|cycle| cycle.window.end < scope.as_of);
    let nearest = ended
        .max_by_key(|cycle| (cycle.window.end, cycle.window.start))
        .or_else(|| all.iter().min_by_key(|cycle| (cycle.window.start, cycle.window.end)));
    let around = nearest.map_or_else(Vec::new, |nearest| {
        all.iter().filter(|cycle| cycle.window.encloses(nearest.window)).collect()
    });
    (sorted(around), false)
}

/// The ties among the goals that are shown, from the one above to the one below, and whether that one counts. Two
/// goals are tied once: counting says more than supporting.
fn ties(scope: &Scope<'_>, shown: &[usize]) -> BTreeMap<(usize, usize), bool> {
    let inside: BTreeSet<usize> = shown.iter().copied().collect();
    let mut ties = BTreeMap::new();
    for &below in shown {
        let goal = &scope.model.goals[below];
        let supports = goal.supports.iter().map(|link| (link, false));
        for (link, counts) in supports.chain(goal.contributes_to.iter().map(|link| (link, true))) {
            if inside.contains(&link.goal) && link.goal != below {
                *ties.entry((link.goal, below)).or_insert(false) |= counts;
            }
        }
    }
    ties
}

fn picture(
    scope: &Scope<'_>,
    shown: &[usize],
    ties: &BTreeMap<(usize, usize), bool>,
) -> super::super::markdown::Markup {
    let goals: Vec<chart::MapGoal> = shown
        .iter()
        .map(|at| {
            let (goal, figures) = scope.goal(*at);
            let status = figures.status.word();
            chart::MapGoal {
                title: words::goal_title(goal),
                url: Href::between(link::MAP, &rows::goal_path(goal)),
                place: place(scope, *at),
                status,
                word: StatusText::word(status),
                progress: rows::progress(figures),
            }
        })
        .collect();
    let position: BTreeMap<usize, usize> =
        shown.iter().enumerate().map(|(position, at)| (*at, position)).collect();
    let mut lines: Vec<chart::MapLine> = ties
        .iter()
        .map(|((above, below), counts)| chart::MapLine {
            above: position[above],
            below: position[below],
            counts: *counts,
        })
        .collect();
    lines.sort();
    chart::map(&goals, &lines)
}

/// Where a goal belongs: `Platform · 2026-q4`.
fn place(scope: &Scope<'_>, at: usize) -> String {
    let goal = &scope.model.goals[at];
    let team = goal.team.as_deref().map(|team| scope.model.settings.team_name(team));
    let cycle = goal.reference.cycle.as_str();
    team.map_or_else(|| cycle.to_owned(), |team| format!("{team} · {cycle}"))
}

/// The goals as rows of a nested list: those with nothing above them at the top, the rest below each goal they are
/// tied to. What is below a goal is told once, at its first place.
fn list(scope: &Scope<'_>, shown: &[usize], ties: &BTreeMap<(usize, usize), bool>) -> Rows<MapRow> {
    let mut below: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
    let mut has_above = BTreeSet::new();
    for ((above, at), counts) in ties {
        below.entry(*above).or_default().push((*at, *counts));
        has_above.insert(*at);
    }
    let tops = shown.iter().filter(|at| !has_above.contains(*at));
    // What is still to be told, the next one last, with its depth.
    let mut open: Vec<(usize, usize, Option<bool>)> = tops.map(|at| (*at, 0, None)).collect();
    open.reverse();
    let (mut rows, mut told) = (Vec::new(), BTreeSet::new());
    while let Some((at, depth, counts)) = open.pop() {
        let children = below.get(&at).map_or(&[][..], Vec::as_slice);
        let again = !told.insert(at) && !children.is_empty();
        if !again {
            let next = children.iter().rev();
            open.extend(next.map(|(child, counts)| (*child, depth + 1, Some(*counts))));
        }
        rows.push((at, depth, counts, again));
    }
    let depths = rows.iter().skip(1).map(|(_, depth, ..)| *depth).chain([0]);
    let rows = rows.iter().zip(depths).map(|(&(at, depth, counts, again), next)| MapRow {
        opens: next > depth,
        closes: depth.saturating_sub(next),
        ..row(scope, at, counts, again)
    });
    rows.collect()
}

fn row(scope: &Scope<'_>, at: usize, counts: Option<bool>, again: bool) -> MapRow {
    let (goal, figures) = scope.goal(at);
    MapRow {
        title: words::goal_title(goal),
        url: Href::between(link::MAP, &rows::goal_path(goal)),
        status: StatusText::new(figures.status.word()),
        progress: rows::progress(figures).map(figure::percent),
        place: place(scope, at),
        tie: counts.map(|counts| if counts { "counts here" } else { "supports it" }.to_owned()),
        again,
        opens: false,
        closes: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::example::{TODAY, full, rendered, workspace};
    use jiff::civil::date;

    #[test]
    fn goals_stand_below_what_they_count_in() {
        let page = &rendered(&full(), None, TODAY)["map.html"];
        let list = page.split("class=\"map-list card\"").nth(1).expect("the nested list");
        let place = |title: &str| list.find(title).unwrap_or_else(|| panic!("no {title}"));
        assert!(place("Customers stay") < place("A full pipeline"));
        assert!(place("A full pipeline") < place("Partners help"));
        assert!(!page.contains(">Gone<"), "what was dropped is left out");
        assert_eq!(page.matches("<a class=\"map-goal").count(), 6);
        assert_eq!(page.matches("map-line map-counts\"").count(), 3 + 1, "and the legend's");
        assert!(list.contains("counts here") && page.contains("Supports"));
    }

    #[test]
    fn without_an_active_cycle_the_last_one_is_shown() {
        let page = &rendered(&full(), None, date(2028, 3, 1))["map.html"];
        assert!(page.contains(">Next<") && !page.contains("Deploys are calm"), "{page}");
        let empty = &rendered(&workspace(&[]), None, TODAY)["map.html"];
        assert!(empty.contains("No goal to show") && !empty.contains("<svg class=\"map\""));
    }

    #[test]
    fn too_many_goals_are_a_list() {
        let goal = "title = \"Goal\"\nbaseline = 0\ntarget = 1\n";
        let count = |n: usize| {
            let paths: Vec<String> = (0..n).map(|at| format!("goals/2026-q4/g{at}.toml")).collect();
            let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), goal)).collect();
            let page =
                rendered(&workspace(&files), None, TODAY).remove("map.html").expect("it is there");
            let headed =
                page.split("<h2 id=\"list\">").nth(1).and_then(|rest| rest.split("</h2>").next());
            (
                page.matches("<a class=\"map-goal").count(),
                page.matches("class=\"map-row").count(),
                page.matches("<details").count(),
                headed.expect("the list has a heading").to_owned(),
            )
        };
        let many = super::MOST_DRAWN + 1;
        assert_eq!(count(many), (0, many, 0, "The goals as a list".to_owned()));
        assert_eq!(count(3), (3, 3, 1, "The same as a list".to_owned()));
    }
}
