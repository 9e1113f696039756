//! How a goal or a key result stands, in full.

use crate::lsp::analysis::Analysis;
use crate::lsp::hover::record;
use crate::lsp::words;
use crate::model::{Goal, KeyResult};
use crate::render::gfm::{code, plain};
use crate::render::status;
use crate::render::terminal::sparkline;
use crate::rollup::KeyResultFigures;
use crate::text::{count, hundredths};

/// Of a goal.
pub(super) fn goal(analysis: &Analysis, at: usize) -> Option<String> {
    let (goal, figures) = (analysis.goal(at), analysis.rollup.goals.get(at)?);
    let mut parts = vec![words::goal(goal, figures, analysis.today)];
    parts.extend(figures.confidence.map(|confidence| format!("confidence {confidence}")));
    let coverage = figures.coverage;
    parts.push(format!("{} of {} measured", coverage.measured, coverage.all));
    let mut text = heading(&goal.title, &goal.reference.to_string());
    text.push_str(&format!("{}\n\n{}\n", parts.join(" · "), circumstances(analysis, goal)));
    // A SMART goal's own measure is the rest of what there is to tell.
    if let Some((key_result, figures)) = analysis.key_result(at, None) {
        text.push_str(&measured(analysis, at, key_result, figures));
    }
    for (key_result, figures) in goal.key_results.iter().zip(&figures.key_results) {
        let Some(id) = &key_result.id else { continue };
        let standing = words::key_result(goal, key_result, figures, analysis.today);
        text.push_str(&format!("\n- {}: {standing}", code(id)));
    }
    Some(text)
}

/// Of a key result; of a SMART goal's measure for no id.
pub(super) fn key_result(analysis: &Analysis, at: usize, id: Option<&str>) -> Option<String> {
    let (key_result, figures) = analysis.key_result(at, id)?;
    if id.is_none() {
        return goal(analysis, at);
    }
    let mut parts = vec![words::key_result(analysis.goal(at), key_result, figures, analysis.today)];
    parts.extend(figures.pace.map(|pace| format!("pace {}", hundredths(pace))));
    parts.extend(figures.confidence.map(|confidence| format!("confidence {confidence}")));
    if figures.overdue {
        parts.push("overdue".to_owned());
    }
    let reference = analysis.goal(at).reference.with(id);
    let mut text = heading(&key_result.title, &reference);
    text.push_str(&format!("{}\n", parts.join(" · ")));
    text.push_str(&measured(analysis, at, key_result, figures));
    Some(text)
}

fn heading(title: &str, reference: &str) -> String {
    format!("**{}** {}\n\n", plain(title.trim()), code(reference))
}

/// Whose it is, when it is, and what it serves.
fn circumstances(analysis: &Analysis, goal: &Goal) -> String {
    let model = &analysis.workspace.model;
    let mut parts = Vec::new();
    if let Some(owner) = &goal.owner {
        parts.push(plain(model.settings.person_name(owner)));
    }
    if let Some(team) = &goal.team {
        parts.push(plain(model.settings.team_name(team)));
    }
    parts.push(goal.read_ambition().word().to_owned());
    parts.push(format!("{} to {}", goal.window.start, goal.window.end));
    for link in &goal.contributes_to {
        let parent = &model.goals[link.goal];
        let id = link.key_result.and_then(|at| parent.key_results[at].id.as_deref());
        parts.push(format!("contributes to {}", code(&parent.reference.with(id))));
    }
    parts.join(" · ")
}

/// The way so far, where it leads, and the last check-in.
fn measured(
    analysis: &Analysis,
    at: usize,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
) -> String {
    let mut text = format!("\n{}\n", plain(&status::way(key_result, figures)));
    let series = status::series(key_result, analysis.today);
    if series.len() > 1 {
        let checkins = count(figures.checkins, "check-in");
        text.push_str(&format!("\n{} {checkins}\n", code(&sparkline(&series))));
    }
    if let Some(outlook) = status::outlook(key_result, figures, analysis.today) {
        text.push_str(&format!("\n{}\n", plain(&outlook)));
    }
    let seen = key_result.records.iter().rev();
    if let Some(last) =
        seen.filter(|record| record.stamp.date <= analysis.today).find(|record| !record.void)
    {
        text.push_str(&format!(
            "\nLast check-in: {}\n",
            record::line(analysis, at, key_result, last)
        ));
    }
    text
}
