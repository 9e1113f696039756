//! The scores of a cycle's goals that are over.

use super::super::link::Href;
use super::super::view::{GradeCount, LinkRow, ScoreBoard, ScoreRow};
use super::super::{chart, figure};
use super::{Scope, amendments, rows, words};
use crate::load::Ambition;
use crate::rollup::{Grade, WHOLE};

/// Makes the scores of a cycle; nothing while no goal of it is over.
pub(super) fn board(scope: &Scope<'_>, cycle: &str, from: &str) -> Option<ScoreBoard> {
    let is_in = |at: &&usize| !rows::is_out(scope.rollup.goals[**at].status);
    let all: Vec<usize> = scope.goals_of(cycle).iter().filter(is_in).copied().collect();
    let mut scored: Vec<(usize, f64)> =
        all.iter().filter_map(|at| Some((*at, scope.rollup.goals[*at].score?))).collect();
    if scored.is_empty() {
        return None;
    }
    // Stable: among equals, by id.
    scored.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut bins = [0; chart::BINS];
    for (_, score) in &scored {
        bins[chart::bin(*score, *score >= WHOLE)] += 1;
    }
    let title = format!("Scores of {cycle}");
    Some(ScoreBoard {
        says: says(scored.len(), all.len()),
        moved: moved(scope, &scored),
        grades: grades(scope, &scored),
        chart: chart::histogram("scores-chart", &title, &bins),
        rows: scored.iter().filter_map(|(at, score)| row(scope, *at, *score, from)).collect(),
    })
}

fn says(over: usize, all: usize) -> String {
    match (over, all) {
        (1, 1) => "The one goal is over.".to_owned(),
        _ if over == all => format!("All {} are over.", figure::count(all, "goal", "goals")),
        (1, _) => format!("1 of {} is over.", figure::count(all, "goal", "goals")),
        _ => {
            let over = figure::number(over as f64);
            format!("{over} of {} are over.", figure::count(all, "goal", "goals"))
        }
    }
}

/// What moved goalposts made of the scores; nothing where no score is another for them.
fn moved(scope: &Scope<'_>, scored: &[(usize, f64)]) -> Option<String> {
    let other = |(at, score): &&(usize, f64)| {
        rows::score_original(scope, *at)
            .is_some_and(|original| figure::score(original) != figure::score(*score))
    };
    let differ: Vec<&(usize, f64)> = scored.iter().filter(other).collect();
    let mean = |scores: &mut dyn Iterator<Item = f64>| {
        figure::score(scores.sum::<f64>() / scored.len() as f64)
    };
    let now = mean(&mut scored.iter().map(|(_, score)| *score));
    let then = mean(
        &mut scored.iter().map(|(at, score)| rows::score_original(scope, *at).unwrap_or(*score)),
    );
    let goals = figure::count(differ.len(), "goal has", "goals have");
    (!differ.is_empty()).then(|| {
        format!(
            "{goals} another score than under the original plan, because goalposts were moved: on average all come to {now}, and would to {then}."
        )
    })
}

fn grades(scope: &Scope<'_>, scored: &[(usize, f64)]) -> Vec<GradeCount> {
    let count = |grade: Grade| {
        let with = |(at, _): &&(usize, f64)| scope.rollup.goals[*at].grade == Some(grade);
        let count = scored.iter().filter(with).count();
        GradeCount { grade: grade.word().to_owned(), count: figure::number(count as f64) }
    };
    [Grade::Green, Grade::Amber, Grade::Red].map(count).into()
}

fn row(scope: &Scope<'_>, at: usize, score: f64, from: &str) -> Option<ScoreRow> {
    let goal = &scope.model.goals[at];
    let moves = amendments::goalpost_moves(scope, at).filter(|moves| *moves > 0);
    let shown = rows::score(scope, at)?;
    let team = goal.team.as_deref().map(|team| scope.model.settings.team_name(team).to_owned());
    let original = rows::score_original(scope, at).filter(|_| shown.original.is_some());
    Some(ScoreRow {
        goal: LinkRow {
            text: words::goal_title(goal),
            url: Some(Href::between(from, &rows::goal_path(goal))),
            note: team,
        },
        ambition: words::capitalised(Ambition::word(goal.read_ambition())),
        bar: chart::score_bar(score, original, &shown.grade),
        score: shown,
        moves: moves.map(|moves| figure::count(moves, "goalpost move", "goalpost moves")),
        judged: goal.close.as_ref().is_some_and(|close| close.score.is_some()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::example::{TODAY, full, rendered, with_history};
    use super::super::super::tests::texts;
    use crate::repo::Depth;
    use jiff::civil::date;

    #[test]
    fn scores_stand_beside_those_of_the_original_plan() {
        let (workspace, history) = with_history(Depth::Complete);
        let page = &rendered(&workspace, Some(&history), date(2026, 10, 20))["cycles/2026-q3.html"];
        let text = texts(page).join(" ");
        assert!(text.contains("The one goal is over."), "{text}");
        assert!(text.contains("Aspirational 0.94 green 1.00 1 goalpost move"), "{text}");
        assert!(text.contains("on average all come to 0.94, and would to 1.00"), "{text}");
        assert!(page.contains("<rect width=\"93.63%\"/>"), "220.5 of 235.5 min: {page}");
        assert!(
            page.contains("<svg x=\"100%\" y=\"4\" overflow=\"visible\"><path class=\"score-was\"")
        );
        assert!(page.contains(">0.9 to 1.0: 1.</desc>"));
    }

    #[test]
    fn a_score_by_judgement_says_so_and_an_open_cycle_has_none() {
        let files = rendered(&full(), None, TODAY);
        let text = texts(&files["cycles/2026-q3.html"]).join(" ");
        assert!(text.contains("0.40 amber by judgement"), "{text}");
        assert!(!files["cycles/2026-q4.html"].contains("scores-chart"));
    }
}
