//! The page of calibration: what was thought half-way, against what came of it.

use std::collections::BTreeMap;

use super::super::link::{self, Href};
use super::super::view::{
    AmbitionView, CalibrationPage, ConfidenceView, LevelRow, LinkRow, OutcomeRow, PageHead,
    ScatterView, SpreadRow, StatusText,
};
use super::super::{chart, figure};
use super::{Scope, rows, words};
use crate::load::Ambition;
use crate::rollup::{self, Calibration, Outcome, Scored};

/// The most key results that are listed one by one.
const LISTED: usize = 300;

/// Below this many, figures say next to nothing.
const FEW: usize = 10;

/// Below this many, only their direction counts.
const SOME: usize = 30;

/// The share of goals reached in full from which stretch is doubted.
const MOSTLY: f64 = 0.8;

/// Makes the page.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> CalibrationPage {
    let found = rollup::calibration(scope.model, scope.rollup);
    let cycles: Vec<&str> = found.cycles.iter().map(String::as_str).collect();
    let is_known = |outcome: &&Outcome| outcome.confidence.is_some() || outcome.forecast.is_some();
    let known: Vec<&Outcome> = found.outcomes.iter().filter(is_known).collect();
    let more = known.len().saturating_sub(LISTED);
    let description = "What was thought half-way, and what came of it.";
    CalibrationPage {
        head: PageHead::new(link::CALIBRATION, "Calibration", description, &[]),
        cycles: words::listed(&cycles),
        count: figure::count(found.outcomes.len(), "key result", "key results"),
        caution: caution(found.outcomes.len()),
        confidence: confidence(&found.outcomes),
        forecast: forecast(&found.outcomes),
        ambition: ambition(scope, &found),
        rows: known.into_iter().take(LISTED).map(|outcome| row(scope, outcome)).collect(),
        rows_more: (more > 0).then(|| format!("{} more", figure::number(more as f64))),
    }
}

/// What is said of small numbers.
fn caution(count: usize) -> Option<String> {
    let told = figure::count(count, "key result is", "key results are");
    if count < FEW {
        Some(format!(
            "{told} few: one more could turn every figure here. Read them as stories, not as rates."
        ))
    } else if count < SOME {
        Some(format!(
            "{told} not many: look at the direction of the figures, not at their decimals."
        ))
    } else {
        None
    }
}

fn confidence(outcomes: &[Outcome]) -> Option<ConfidenceView> {
    let brier = rollup::brier(outcomes)?;
    let points = points(
        outcomes,
        |outcome| Some(f64::from(outcome.confidence?.min(10)) / 10.0),
        |share| format!("confidence {}", (share * 10.0).round()),
    );
    let compared = if (brier.score - brier.base).abs() < 0.0005 {
        "no better and no worse than"
    } else if brier.score < brier.base {
        "better than"
    } else {
        "worse than"
    };
    let achieved = achieved(outcomes.iter().filter(|outcome| outcome.confidence.is_some()));
    let were = if achieved == 1 { "was" } else { "were" };
    let says = format!(
        "Of {} with a confidence half-way, {} {were} achieved. As probabilities the confidences were {compared} always saying that share.",
        figure::count(brier.count, "key result", "key results"),
        figure::number(achieved as f64),
    );
    let drawn = chart::scatter(&chart::Scatter {
        id: "confidence-chart",
        title: "Confidence half-way against the outcome",
        description: &says,
        axis: "Confidence half-way",
        ticks: (0..=10).map(|level| (f64::from(level) / 10.0, level.to_string())).collect(),
        points,
    });
    Some(ConfidenceView {
        scatter: ScatterView { chart: drawn, says },
        brier: format!("{:.3}", brier.score),
        base: format!("{:.3}", brier.base),
        levels: levels(outcomes),
    })
}

fn achieved<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> usize {
    outcomes.filter(|outcome| outcome.achieved).count()
}

fn levels(outcomes: &[Outcome]) -> Vec<LevelRow> {
    let mut levels: BTreeMap<u8, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(confidence) = outcome.confidence {
            levels.entry(confidence).or_default().push(outcome);
        }
    }
    let row = |(confidence, members): (u8, Vec<&Outcome>)| {
        let achieved = achieved(members.iter().copied());
        LevelRow {
            confidence: confidence.to_string(),
            count: figure::number(members.len() as f64),
            achieved: figure::number(achieved as f64),
            share: figure::percent(achieved as f64 / members.len() as f64),
        }
    };
    levels.into_iter().map(row).collect()
}

fn forecast(outcomes: &[Outcome]) -> Option<ScatterView> {
    let error = rollup::forecast_error(outcomes)?;
    let points = points(
        outcomes,
        |outcome| outcome.forecast,
        |share| format!("forecast {}", figure::percent(share)),
    );
    let bias = figure::percent(error.bias.abs());
    let leaning = match () {
        () if bias == "0%" => "On the whole they leaned neither way.".to_owned(),
        () if error.bias > 0.0 => format!("On the whole they promised {bias} of the way too much."),
        () => format!("On the whole they promised {bias} of the way too little."),
    };
    let says = format!(
        "Of {} with a forecast half-way, the forecasts lay {} of the way from the outcome on average. {leaning}",
        figure::count(error.count, "key result", "key results"),
        figure::percent(error.distance),
    );
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, figure::percent(share)));
    let drawn = chart::scatter(&chart::Scatter {
        id: "forecast-chart",
        title: "Forecast half-way against the outcome",
        description: &says,
        axis: "Forecast half-way",
        ticks: ticks.into(),
        points,
    });
    Some(ScatterView { chart: drawn, says })
}

/// The points of a scatter: key results that round to the same per cents, and fared the same, are one.
fn points(
    outcomes: &[Outcome],
    thought: impl Fn(&Outcome) -> Option<f64>,
    told: impl Fn(f64) -> String,
) -> Vec<chart::ScatterPoint> {
    let hundredths = |share: f64| (share.clamp(0.0, 1.0) * 100.0).round() as u8;
    let mut places: BTreeMap<(u8, u8, bool), usize> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(thought) = thought(outcome) {
            let place = (hundredths(thought), hundredths(outcome.progress), outcome.achieved);
            *places.entry(place).or_default() += 1;
        }
    }
    let point = |((thought, came, achieved), count): ((u8, u8, bool), usize)| {
        let (thought, came) = (f64::from(thought) / 100.0, f64::from(came) / 100.0);
        let verdict = if achieved { "achieved" } else { "missed" };
        chart::ScatterPoint {
            thought,
            came,
            achieved,
            count,
            remark: format!(
                "{}: {}, came to {}, {verdict}",
                figure::count(count, "key result", "key results"),
                told(thought),
                figure::percent(came)
            ),
        }
    };
    places.into_iter().map(point).collect()
}

fn ambition(scope: &Scope<'_>, found: &Calibration) -> Option<AmbitionView> {
    if found.scores.is_empty() {
        return None;
    }
    let of = |ambition: Ambition| -> Vec<&Scored> {
        found.scores.iter().filter(|scored| scored.ambition == ambition).collect()
    };
    let mut by_team: BTreeMap<Option<&str>, Vec<&Scored>> = BTreeMap::new();
    for scored in &found.scores {
        let team = scope.model.goals[scored.goal].team.as_deref();
        by_team.entry(team).or_default().push(scored);
    }
    let kinds = [Ambition::Aspirational, Ambition::Committed];
    let row = |ambition: Ambition| {
        let scores = of(ambition);
        let name = words::capitalised(ambition.word());
        (!scores.is_empty()).then(|| {
            let title = format!("Scores of goals that were {}", ambition.word());
            let id = format!("{}-chart", ambition.word());
            SpreadRow {
                chart: Some(chart::histogram(&id, &title, &bins(scores.iter().copied()))),
                ..spread(name, &scores)
            }
        })
    };
    Some(AmbitionView {
        says: says(&of(Ambition::Aspirational)),
        by_ambition: kinds.into_iter().filter_map(row).collect(),
        by_team: by_team
            .into_iter()
            .map(|(team, scores)| spread(rows::team_name(scope, team), &scores))
            .collect(),
        columns: (0..chart::BINS).map(chart::bin_name).collect(),
    })
}

/// What is to be noticed of stretch goals.
fn says(aspirational: &[&Scored]) -> String {
    let whole = aspirational.iter().filter(|scored| scored.is_whole()).count();
    let count = aspirational.len();
    let told = figure::count(count, "aspirational goal", "aspirational goals");
    match () {
        () if count == 0 => {
            "No aspirational goal is over yet; committed ones are meant to reach 1.0.".to_owned()
        }
        () if count < FEW => format!("{told}: too few to say whether goals stretch."),
        () if whole as f64 >= MOSTLY * count as f64 => format!(
            "Of {told} {} reached 1.0. Goals that are nearly always reached in full were promises, or were set low.",
            figure::number(whole as f64)
        ),
        () => format!("Of {told} {} reached 1.0.", figure::number(whole as f64)),
    }
}

/// How many scores lie in each column.
pub(super) fn bins<'a>(scores: impl Iterator<Item = &'a Scored>) -> [usize; chart::BINS] {
    let mut bins = [0; chart::BINS];
    for scored in scores {
        bins[chart::bin(scored.score, scored.is_whole())] += 1;
    }
    bins
}

fn spread(name: String, scores: &[&Scored]) -> SpreadRow {
    let count = scores.len();
    let mean = scores.iter().map(|scored| scored.score).sum::<f64>() / count as f64;
    let whole = scores.iter().filter(|scored| scored.is_whole()).count();
    SpreadRow {
        name,
        count: figure::number(count as f64),
        mean: figure::score(mean),
        whole: figure::number(whole as f64),
        whole_share: figure::percent(whole as f64 / count as f64),
        bins: bins(scores.iter().copied()).iter().map(|n| figure::number(*n as f64)).collect(),
        chart: None,
    }
}

fn row(scope: &Scope<'_>, outcome: &Outcome) -> OutcomeRow {
    let goal = &scope.model.goals[outcome.goal];
    let key_result = &goal.key_results[outcome.key_result];
    let title = match key_result.id {
        Some(_) => words::key_result_title(key_result),
        None => words::goal_title(goal),
    };
    let status = scope.rollup.goals[outcome.goal].key_results[outcome.key_result].status;
    OutcomeRow {
        key_result: LinkRow {
            text: title,
            url: Some(Href::to_anchor(
                link::CALIBRATION,
                &rows::goal_path(goal),
                &rows::anchor(key_result),
            )),
            note: Some(goal.reference.cycle.clone()),
        },
        confidence: outcome.confidence.map(|confidence| confidence.to_string()),
        forecast: outcome.forecast.map(figure::percent),
        outcome: figure::percent(outcome.progress),
        status: StatusText::new(status.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::example::{TODAY, full, rendered, workspace};
    use super::super::super::tests::texts;
    use jiff::civil::date;

    const PLAN: &str = "title = \"Nights are quiet\"\n[key_results.calls]\ntitle = \"Calls\"\nbaseline = 100\ntarget = 0\n[key_results.drill]\ntitle = \"Drills\"\nbaseline = 0\ntarget = 10\n";
    const RECORDS: &str = "[calls]\n2026-07-31 = { value = 80, confidence = 8 }\n2026-08-20 = { value = 10, confidence = 9 }\n2026-09-20 = 50\n[drill]\n2026-08-15 = { value = 3, confidence = 4 }\n2026-09-29 = 10\n";

    fn page() -> String {
        let files =
            [("goals/2026-q3/quiet.toml", PLAN), ("goals/2026-q3/quiet.checkins.toml", RECORDS)];
        rendered(&workspace(&files), None, date(2026, 10, 20))
            .remove("calibration.html")
            .expect("there")
    }

    #[test]
    fn half_way_is_held_against_the_outcome() {
        let page = page();
        let text = texts(&page).join(" ");
        // Half-way is 15 August: 45 of 91 days. Calls were at 0.2 of the way: 0.2 / (45 / 91) = 40%; drills at 61%.
        for row in ["8 40% 50%", "4 61% 100%"] {
            assert!(text.contains(row), "{row}: {text}");
        }
        assert!(
            page.contains("<circle class=\"record\" cx=\"40%\" cy=\"0\""),
            "drills, by confidence"
        );
        assert!(
            page.contains("<svg x=\"80%\" y=\"100\" overflow=\"visible\"><path class=\"outside\"")
        );
        assert!(
            page.contains("<circle class=\"record\" cx=\"61%\" cy=\"0\""),
            "drills, by forecast"
        );
        // ((0.8 − 0)² + (0.4 − 1)²) / 2 = 0.5, and 0.5 × 0.5 = 0.25 for always saying one half.
        assert!(
            text.contains("0.500") && text.contains("0.250") && text.contains("worse than"),
            "{text}"
        );
        // (|0.404 − 0.5| + |0.607 − 1|) / 2 = 0.245, and both too little.
        assert!(
            text.contains("lay 24% of the way")
                && text.contains("promised 24% of the way too little")
        );
        assert!(text.contains("2 key results are few"));
    }

    #[test]
    fn scores_are_spread_by_ambition_and_team() {
        let page = page();
        let text = texts(&page).join(" ");
        assert!(text.contains("1 aspirational goal: too few to say"), "{text}");
        assert!(
            page.contains(">0.7 to 0.8: 1.</desc>")
                && text.contains("Whole organisation 1 0.75 0 0%"),
            "{text}"
        );
    }

    #[test]
    fn without_a_cycle_that_is_over_there_is_nothing_to_say() {
        let page = &rendered(&workspace(&[]), None, TODAY)["calibration.html"];
        assert!(page.contains("No cycle is over yet") && !page.contains("<svg class=\"chart"));
        let some = &rendered(&full(), None, TODAY)["calibration.html"];
        assert!(some.contains("Nobody gave a confidence") && some.contains("histogram"), "{some}");
    }
}
