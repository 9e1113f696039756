//! The heat map of a cycle: how its key results stood at the end of each week.

use std::collections::BTreeSet;

use super::super::link::Href;
use super::super::view::{HeatGoal, HeatGroup, HeatLevel, HeatLine, HeatMap, HeatWeek, StatusText};
use super::super::{chart, figure};
use super::{Scope, rows, words};
use crate::date::{Date, Window, add_days, days_between};
use crate::model::Goal;
use crate::rollup::{self, Standing, Status};

/// The most rows that are drawn; beyond it a goal is one row, and beyond it again nothing is.
const MOST_ROWS: usize = 300;

/// The most weeks that are drawn: a year, in which the calendar may touch 54 of them.
const MOST_WEEKS: usize = 54;

/// Makes the heat map of a cycle; nothing before its first day, where it has no goal that counts, and where goals are
/// too many to be seen.
pub(super) fn map(scope: &Scope<'_>, cycle: &str, from: &str) -> Option<HeatMap> {
    let window = scope.model.cycles[cycle];
    let groups = groups(scope, cycle);
    let goals: Vec<usize> = groups.iter().flat_map(|(_, goals)| goals.iter().copied()).collect();
    if scope.as_of < window.start || goals.is_empty() || goals.len() > MOST_ROWS {
        return None;
    }
    let weeks = weeks(window, scope.as_of);
    let days: Vec<Date> = weeks.iter().filter_map(|week| week.told_for).collect();
    let standings = rollup::standings(scope.model, &goals, &days);
    let rows: usize = goals.iter().map(|at| shown(&scope.model.goals[*at]).len().max(1)).sum();
    let sheet = Sheet { scope, from, weeks: &weeks, by_goal: rows > MOST_ROWS };
    let mut levels = BTreeSet::new();
    let mut position = 0;
    let groups = groups.iter().map(|(name, goals)| {
        let goals = goals.iter().map(|at| {
            let over_time: Vec<&Standing> = standings.iter().map(|day| &day[position]).collect();
            position += 1;
            sheet.goal(*at, position, &over_time, &mut levels)
        });
        HeatGroup { name: name.clone(), goals: goals.collect() }
    });
    let groups = groups.collect();
    let names: Vec<String> = weeks.iter().map(|week| week.name.clone()).collect();
    let now = weeks.iter().position(|week| week.span.contains(scope.as_of));
    Some(HeatMap {
        of: if sheet.by_goal { "goals" } else { "key results" }.to_owned(),
        header: chart::heat_weeks(&names, now),
        weeks: weeks.iter().map(Week::view).collect(),
        groups,
        legend: levels.into_iter().map(level).collect(),
        left_out: left_out(window, &weeks, sheet.by_goal.then_some(rows)),
    })
}

/// What is said of a cycle that has too many goals for a heat map.
pub(super) fn too_many(scope: &Scope<'_>, cycle: &str) -> Option<String> {
    let goals: usize = groups(scope, cycle).iter().map(|(_, goals)| goals.len()).sum();
    let has_begun = scope.as_of >= scope.model.cycles[cycle].start;
    (has_begun && goals > MOST_ROWS).then(|| {
        let goals = figure::count(goals, "goal", "goals");
        format!("{goals} are too many to be shown week by week; up to {MOST_ROWS} are.")
    })
}

/// The goals that are not out, by team.
fn groups(scope: &Scope<'_>, cycle: &str) -> Vec<(String, Vec<usize>)> {
    let is_in = |at: &usize| !rows::is_out(scope.rollup.goals[*at].status);
    let by_team = rows::by_team(scope, cycle).into_iter();
    by_team
        .map(|goals| {
            let team = goals.first().and_then(|at| scope.model.goals[*at].team.as_deref());
            let name = rows::team_name(scope, team);
            (name, goals.into_iter().filter(is_in).collect::<Vec<_>>())
        })
        .filter(|(_, goals)| !goals.is_empty())
        .collect()
}

/// The positions of the key results that have a row.
fn shown(goal: &Goal) -> Vec<usize> {
    let all = 0..goal.key_results.len();
    all.filter(|position| goal.key_results[*position].dropped.is_none()).collect()
}

/// One week of the calendar, Monday to Sunday.
struct Week {
    name: String,
    span: Window,
    /// The day that its column is told for: its last, or the report's within the week; nothing ahead of that.
    told_for: Option<Date>,
}

impl Week {
    fn view(&self) -> HeatWeek {
        HeatWeek { name: self.name.clone(), days: figure::span(self.span.start, self.span.end) }
    }
}

/// The weeks that a window touches; of a long one those that end with the report's.
fn weeks(window: Window, as_of: Date) -> Vec<Week> {
    let monday = |date: Date| add_days(date, -i64::from(date.weekday().to_monday_zero_offset()));
    let first = monday(window.start);
    let count = days_between(first, window.end) / 7 + 1;
    let passed = days_between(first, as_of.min(window.end)) / 7 + 1;
    let shown = count.min(MOST_WEEKS as i64);
    let skipped = (passed - shown).clamp(0, count - shown);
    (skipped..skipped + shown)
        .map(|at| {
            let start = add_days(first, at * 7);
            let end = add_days(start, 6);
            Week {
                name: format!("W{}", start.iso_week_date().week()),
                span: Window { start, end },
                told_for: (start <= as_of).then(|| end.min(as_of)),
            }
        })
        .collect()
}

fn left_out(window: Window, weeks: &[Week], key_results: Option<usize>) -> Option<String> {
    let goals = key_results.map(|rows| {
        let rows = figure::number(rows as f64);
        format!("A row is a goal here: there are {rows} key results.")
    });
    let whole = weeks.first().is_none_or(|week| week.span.start <= window.start)
        && weeks.last().is_none_or(|week| week.span.end >= window.end);
    let part = (!whole).then(|| format!("Only {MOST_WEEKS} of the weeks are drawn."));
    let told: Vec<String> = goals.into_iter().chain(part).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn level(status: Status) -> HeatLevel {
    HeatLevel { status: StatusText::new(status.word()), swatch: chart::heat_swatch(status.word()) }
}

/// What all goals of a map share.
struct Sheet<'a> {
    scope: &'a Scope<'a>,
    from: &'a str,
    weeks: &'a [Week],
    by_goal: bool,
}

impl Sheet<'_> {
    /// The rows of a goal; `number` makes its ids, `standings` are those of the weeks up to the report's.
    fn goal(
        &self,
        at: usize,
        number: usize,
        standings: &[&Standing],
        levels: &mut BTreeSet<Status>,
    ) -> HeatGoal {
        let goal = &self.scope.model.goals[at];
        let (title, path) = (words::goal_title(goal), rows::goal_path(goal));
        let url = Href::between(self.from, &path);
        let key_results = if self.by_goal { Vec::new() } else { shown(goal) };
        let headed = key_results.iter().any(|position| goal.key_results[*position].id.is_some());
        let mut lines = Vec::new();
        let mut cells = Vec::new();
        for position in key_results {
            let key_result = &goal.key_results[position];
            let title = if headed { words::key_result_title(key_result) } else { title.clone() };
            let url = Href::to_anchor(self.from, &path, &rows::anchor(key_result));
            let statuses: Vec<Status> =
                standings.iter().map(|day| day.key_results[position].status).collect();
            lines.push(self.line(title, url, &statuses));
            cells.push(statuses);
        }
        if lines.is_empty() {
            let statuses: Vec<Status> = standings.iter().map(|day| day.status).collect();
            lines.push(self.line(title.clone(), url.clone(), &statuses));
            cells.push(statuses);
        }
        levels.extend(cells.iter().flatten());
        let rows = lines.iter().zip(&cells).map(|(line, statuses)| chart::HeatRow {
            name: &line.title,
            cells: self.filled(statuses).map(|status| status.map(Status::word)).collect(),
        });
        let drawn = chart::heat(&chart::Heat {
            id: &format!("heat-{number}"),
            title: &title,
            weeks: self.weeks.len(),
            headed,
            rows: rows.collect(),
        });
        HeatGoal { title, url, headed, rows: lines, cells: drawn }
    }

    /// One status per week, nothing for weeks ahead.
    fn filled<'s>(&self, statuses: &'s [Status]) -> impl Iterator<Item = Option<Status>> + 's {
        (0..self.weeks.len()).map(|week| statuses.get(week).copied())
    }

    fn line(&self, title: String, url: Href, statuses: &[Status]) -> HeatLine {
        let word = |status: Option<Status>| {
            status.map_or_else(String::new, |status| StatusText::word(status.word()))
        };
        HeatLine { title, url, statuses: self.filled(statuses).map(word).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::example::{TODAY, full, one_page, rendered, workspace};
    use super::*;
    use crate::model::GoalRef;
    use crate::render::site::File;
    use jiff::civil::date;

    fn names(window: (Date, Date), as_of: Date) -> (usize, String, String, usize) {
        let weeks = weeks(Window { start: window.0, end: window.1 }, as_of);
        let told = weeks.iter().filter(|week| week.told_for.is_some()).count();
        let name = |week: Option<&Week>| week.map(|week| week.name.clone()).unwrap_or_default();
        (weeks.len(), name(weeks.first()), name(weeks.last()), told)
    }

    #[test]
    fn weeks_are_those_of_the_calendar() {
        let quarter = (date(2026, 10, 1), date(2026, 12, 31));
        let found = names(quarter, date(2026, 11, 21));
        assert_eq!(found, (14, "W40".to_owned(), "W53".to_owned(), 8));
        let year = (date(2026, 1, 1), date(2026, 12, 31));
        assert_eq!(names(year, date(2027, 3, 1)), (53, "W1".to_owned(), "W53".to_owned(), 53));
        let day = (date(2026, 10, 5), date(2026, 10, 5));
        assert_eq!(names(day, date(2026, 10, 5)), (1, "W41".to_owned(), "W41".to_owned(), 1));
    }

    #[test]
    fn a_column_is_told_for_its_sunday_or_the_day_of_the_report() {
        let window = Window { start: date(2026, 10, 1), end: date(2026, 12, 31) };
        let told: Vec<Option<Date>> =
            weeks(window, date(2026, 10, 14)).iter().map(|week| week.told_for).collect();
        let expected =
            [Some(date(2026, 10, 4)), Some(date(2026, 10, 11)), Some(date(2026, 10, 14)), None];
        assert_eq!(told[..4], expected);
    }

    #[test]
    fn of_a_long_window_the_latest_weeks_are_drawn() {
        let decade = Window { start: date(2020, 1, 1), end: date(2029, 12, 31) };
        let weeks = weeks(decade, date(2026, 11, 21));
        assert_eq!(weeks.len(), MOST_WEEKS);
        assert!(weeks[MOST_WEEKS - 1].span.contains(date(2026, 11, 21)));
        assert!(left_out(decade, &weeks, Some(4000)).is_some_and(|told| told.contains("4,000")));
    }

    /// The statuses in the table of a cycle's page, a row for each line of the map.
    fn told(page: &str) -> Vec<Vec<String>> {
        let table = page.split("<table class=\"heat-table\">").nth(1).expect("the map's table");
        let rows = table.split("</table>").next().unwrap_or("").split("<tr>").skip(2);
        let cell = |cell: &str| cell.split("</td>").next().unwrap_or("").to_owned();
        rows.map(|row| row.split("<td>").skip(1).map(cell).collect()).collect()
    }

    #[test]
    fn a_cycle_of_too_many_goals_says_why_it_has_no_map() {
        let goal = "title = \"x\"\nbaseline = 0\ntarget = 1\n";
        let paths: Vec<String> = (0..301).map(|at| format!("goals/2026-q4/g{at}.toml")).collect();
        let page = |count: usize| {
            let files: Vec<(&str, &str)> =
                paths[..count].iter().map(|path| (path.as_str(), goal)).collect();
            one_page(&workspace(&files), TODAY, File::Cycle(0))
        };
        let said = "301 goals are too many to be shown week by week";
        assert!(page(301).contains(said) && !page(301).contains("class=\"heat-"));
        assert!(!page(300).contains("too many") && page(300).contains("class=\"heat-"));
    }

    #[test]
    fn every_cell_is_what_the_rollup_says_for_its_day() {
        let workspace = full();
        let model = &workspace.model;
        let page = &rendered(&workspace, None, TODAY)["cycles/2026-q4.html"];
        let weeks = weeks(model.cycles["2026-q4"], TODAY);
        let mut expected: Vec<Vec<String>> = Vec::new();
        // Goals of no team first, then by team; drafts and what was dropped are no rows.
        let in_order = ["aside", "leads", "partners", "calm"];
        for at in in_order.map(|id| model.position(&GoalRef::new("2026-q4", id)).expect("a goal")) {
            for (position, key_result) in model.goals[at].key_results.iter().enumerate() {
                if key_result.dropped.is_some() {
                    continue;
                }
                let status = |week: &Week| match week.told_for {
                    Some(day) => {
                        let figures = &rollup::compute(model, None, day).goals[at];
                        StatusText::word(figures.key_results[position].status.word())
                    }
                    None => String::new(),
                };
                expected.push(weeks.iter().map(status).collect());
            }
        }
        assert_eq!(told(page), expected);
        let drawn = page.matches("<path class=\"heat-cell").count();
        assert!(expected.concat().contains(&"Stale".to_owned()) && drawn > 8, "{drawn}");
        // What is drawn is what is told: as many cells of a level as there are words.
        for status in Status::ALL {
            let word = StatusText::word(status.word());
            let words = expected.iter().flatten().filter(|told| **told == word).count();
            let opening = format!("class=\"heat-cell tone-{k} heat-{k}\" d=\"", k = status.word());
            let paths = page.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
            let legend = usize::from(words > 0);
            assert_eq!(
                paths.map(|d| d.matches('M').count()).sum::<usize>(),
                words + legend,
                "{word}"
            );
        }
    }
}
