//! How a review speaks, in whatever form: figures, values, fields, and what there is of each.

use crate::history::FieldChange;
use crate::load::Value;
use crate::model::Record;
use crate::review::{Cause, CheckIn, Found, Goalpost, Move, NewGoal, Review, Rewritten, Scope};
use crate::text::{count, hundredths, number};

/// Text of the program's own with pieces that come from files, which each form shows its own way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// The program's own words.
    Own(String),
    /// A name: a reference, an id, a field.
    Name(String),
    /// Text that somebody wrote.
    Text(String),
}

/// Words in a row.
pub(super) type Phrase = Vec<Piece>;

pub(super) fn own(text: impl Into<String>) -> Piece {
    Piece::Own(text.into())
}

pub(super) fn name(text: impl Into<String>) -> Piece {
    Piece::Name(text.into())
}

pub(super) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// The parts of a whole in tenths of a percent point, such that they add up to the whole as it is
/// shown: each is cut, and what is missing then goes to those that lost most.
pub(super) fn tenths(whole: f64, parts: &[f64]) -> (i64, Vec<i64>) {
    let total = (whole * 1000.0).round() as i64;
    let mut shown: Vec<i64> = parts.iter().map(|part| (part * 1000.0).floor() as i64).collect();
    let lost = |at: usize| parts[at] * 1000.0 - (parts[at] * 1000.0).floor();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| lost(*b).total_cmp(&lost(*a)).then(a.cmp(b)));
    let missing = total - shown.iter().sum::<i64>();
    for at in order.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        shown[at] += 1;
    }
    (total, shown)
}

/// Percent points with their sign, from tenths: `+6`, `-0.4`.
pub(super) fn points(tenths: i64) -> String {
    let sign = if tenths < 0 { '-' } else { '+' };
    let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A share in percent, to a tenth where it is not whole: small changes must show.
pub(super) fn percent(share: Option<f64>) -> String {
    let Some(share) = share else { return "–".to_owned() };
    let tenths = (share * 1000.0 + 1e-9).round() as i64;
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 { format!("{whole}%") } else { format!("{whole}.{rest}%") }
}

/// By how much a figure moved: `+6`; nothing where that cannot be told.
pub(super) fn difference(found: &Move) -> Option<String> {
    let difference = found.difference().filter(|difference| difference.abs() > 1e-9)?;
    let (total, _) = tenths(difference, &[]);
    Some(match total {
        0 if difference > 0.0 => "+<0.1".to_owned(),
        0 => "-<0.1".to_owned(),
        total => points(total),
    })
}

/// The most causes that are told one by one.
const CAUSES: usize = 5;

/// The causes of a move, the largest first, each with its points; what is left in one line. The
/// points add up to those of the whole.
pub(super) fn causes(found: &Move) -> Vec<(String, Phrase)> {
    let effects: Vec<f64> = found.causes.iter().map(|cause| cause.effect).collect();
    let (_, shown) = tenths(found.difference().unwrap_or_default(), &effects);
    let all: Vec<(&Cause, i64)> = found.causes.iter().zip(shown).collect();
    let shows = |(_, tenths): &(&Cause, i64)| *tenths != 0;
    let told = all.iter().take(CAUSES).take_while(|cause| shows(cause)).count();
    let mut lines: Vec<(String, Phrase)> = all[..told]
        .iter()
        .map(|(cause, tenths)| (points(*tenths), because(cause, found)))
        .collect();
    let rest: i64 = all[told..].iter().map(|(_, tenths)| tenths).sum();
    if told < all.len() {
        lines.push((points(rest), vec![own(format!("from {} more", all.len() - told))]));
    }
    lines
}

/// A member, and what became of it: `(40% → 60%) × 0.4`.
fn because(cause: &Cause, whole: &Move) -> Phrase {
    let member = member(&cause.member, &whole.scope);
    let told = match (cause.before, cause.after) {
        (Some(old), Some(new)) => {
            let progress = [old.progress, new.progress].map(|share| percent(Some(share)));
            let moved = format!("({} → {}) × {}", progress[0], progress[1], share(new.part));
            let weight = format!("weight {} → {}", number(old.weight), number(new.weight));
            match (old.progress == new.progress, old.weight == new.weight) {
                (false, true) => moved,
                (true, _) => format!("at {}, {weight}", progress[0]),
                (false, false) => format!("{moved}, {weight}"),
            }
        }
        (None, Some(new)) => {
            format!("counts now, at {} × {}", percent(Some(new.progress)), share(new.part))
        }
        (Some(old), None) => {
            format!("counted before, at {} × {}", percent(Some(old.progress)), share(old.part))
        }
        (None, None) => String::new(),
    };
    vec![member, own(format!(" {told}"))]
}

/// What a member is called where it is clear what it counts in.
fn member(member: &str, whole: &Scope) -> Piece {
    let inside = |whole: String| member.strip_prefix(&whole).map(name);
    match whole {
        Scope::Goal(goal) if member == goal.to_string() => own("its measure"),
        Scope::Goal(goal) => inside(format!("{goal}.")).unwrap_or_else(|| name(member)),
        Scope::Cycle(cycle) | Scope::Team { cycle, .. } => {
            inside(format!("{cycle}/")).unwrap_or_else(|| name(member))
        }
    }
}

/// A share of a weight, with as many digits as say something.
fn share(part: f64) -> String {
    let rounded = (part * 1000.0).round() / 1000.0;
    if rounded == 0.0 { "<0.001".to_owned() } else { number(rounded) }
}

/// A value as people read it, with its unit.
pub(super) fn value(value: &Value, unit: Option<&str>) -> Piece {
    let shown = match value {
        Value::Number(value) => number(*value),
        other => other.to_string(),
    };
    text(match unit {
        Some(unit) => format!("{shown} {unit}"),
        None => shown,
    })
}

/// The value recorded, behind the one before it: `240 → 180 min`.
pub(super) fn recorded(checkin: &CheckIn) -> Phrase {
    let unit = checkin.unit.as_deref();
    match (&checkin.previous, &checkin.value) {
        (Some(old), _) if checkin.void => vec![value(old, unit), own(" taken back")],
        _ if checkin.void => vec![own("taken back")],
        (Some(old), Some(new)) if old == new => vec![own("still "), value(new, unit)],
        (Some(old), Some(new)) => vec![value(old, None), own(" → "), value(new, unit)],
        (None, Some(new)) => vec![value(new, unit)],
        (_, None) if checkin.key_result.is_some() => vec![own("no value")],
        (_, None) => Vec::new(),
    }
}

/// Progress before and after a check-in: `18% → 45%`.
pub(super) fn progress(checkin: &CheckIn) -> String {
    match (checkin.value.is_some(), checkin.progress_before, checkin.progress) {
        (false, _, _) => String::new(),
        (_, _, None) => String::new(),
        (_, Some(old), Some(new)) if old == new => percent(Some(new)),
        (_, old, new) => format!("{} → {}", percent(Some(old.unwrap_or(0.0))), percent(new)),
    }
}

/// Who committed a check-in, and how late: `ana, 3 d later`.
pub(super) fn by(checkin: &CheckIn) -> Phrase {
    let Some(author) = &checkin.author else {
        let taken = checkin.by.as_ref().map(|by| vec![text(by)]);
        return taken.unwrap_or_default();
    };
    let mut phrase = match checkin.by.as_ref().filter(|by| **by != author.name) {
        Some(by) => vec![text(by), own(", by way of "), text(&author.name)],
        None => vec![text(&author.name)],
    };
    if let Some(days) = checkin.lag_days.filter(|days| *days > 0) {
        phrase.push(own(format!(", {days} d later")));
    }
    phrase
}

/// What a field was and is: `target 60 → 50`.
pub(super) fn field(field: &FieldChange) -> Phrase {
    let called = name(field.name);
    match (field.name, &field.old, &field.new) {
        ("key_result", Some(_), None) => vec![own("removed")],
        ("key_result", None, _) => vec![own("new key result")],
        ("title", Some(old), Some(_)) => vec![own("was “"), text(old), own("”")],
        ("why", Some(_), Some(_)) => vec![called, own(" rewritten")],
        ("why", None, _) => vec![called, own(" added")],
        ("why", _, None) => vec![called, own(" taken away")],
        ("dropped", _, Some(reason)) => vec![own("“"), text(reason), own("”")],
        ("dropped" | "close", _, None) => vec![own("taken up again")],
        ("close", None, Some(new)) => vec![text(new)],
        ("draft", None, Some(_)) => vec![own("a draft now, and not counted")],
        ("draft", Some(_), None) => vec![own("no draft any more, and counted")],
        // A weight that is not written down is 1.
        ("weight", old, new) => {
            let [old, new] = [old, new].map(|weight| weight.as_deref().unwrap_or("1"));
            vec![called, own(" "), text(old), own(" → "), text(new)]
        }
        (_, Some(old), Some(new)) => {
            vec![called, own(" "), text(old), own(" → "), text(new)]
        }
        (_, None, Some(new)) => vec![called, own(" set to "), text(new)],
        (_, Some(old), None) => vec![called, own(" "), text(old), own(" taken away")],
        (_, None, None) => vec![called],
    }
}

/// Several fields, one after the other.
pub(super) fn fields(all: &[FieldChange]) -> Phrase {
    let mut phrase = Phrase::new();
    for change in all {
        if !phrase.is_empty() {
            phrase.push(own("; "));
        }
        phrase.extend(field(change));
    }
    phrase
}

/// When a goalpost moved: `on day 38 of 92, 2026-11-07, by ana`.
pub(super) fn moved_when(goalpost: &Goalpost) -> Phrase {
    let [day, days] = goalpost.day;
    let when = match day {
        day if day > days => format!("{} after the end", count((day - days) as usize, "day")),
        day => format!("on day {day} of {days}"),
    };
    match &goalpost.author {
        Some(author) => {
            vec![own(format!("{when}, {}, by ", goalpost.date)), text(&author.name)]
        }
        None => vec![own(format!("{when}, not committed yet"))],
    }
}

/// The goal's score both ways: `0.58 under the old plan, 0.70 under the new`.
pub(super) fn both_ways(goalpost: &Goalpost) -> Option<String> {
    let (old, new) = (hundredths(goalpost.under_old?), hundredths(goalpost.under_new?));
    let verb = if goalpost.over { "scored" } else { "stands at" };
    Some(match old == new {
        true => format!("the goal {verb} {new} either way"),
        false => format!("the goal {verb} {old} under the old plan, {new} under the new"),
    })
}

/// What a record said and says: `180 min → 150 min`.
pub(super) fn rewriting(found: &Rewritten) -> Phrase {
    let unit = found.unit.as_deref();
    let Some(after) = &found.after else {
        let mut phrase = vec![own("removed, was ")];
        phrase.extend(said(&found.before, unit));
        return phrase;
    };
    let mut phrase = said(&found.before, unit);
    phrase.push(own(" → "));
    phrase.extend(said(after, unit));
    if let Some(note) = &after.note
        && found.before.note != after.note
    {
        phrase.extend([own(", “"), text(note), own("”")]);
    }
    phrase
}

fn said(record: &Record, unit: Option<&str>) -> Phrase {
    let mut parts: Vec<Phrase> = Vec::new();
    parts.extend(record.void.then(|| vec![own("taken back")]));
    parts.extend(record.value.as_ref().map(|found| vec![value(found, unit)]));
    parts.extend(record.confidence.map(|given| vec![own(format!("confidence {given}"))]));
    parts.extend(record.by.as_ref().map(|by| vec![own("by "), text(by)]));
    if parts.is_empty() {
        return vec![own("a note")];
    }
    parts.join(&own(", "))
}

/// Where a finding is: `goals/2026-q4/a.toml:3:9`.
pub(super) fn place(found: &Found) -> String {
    match found.at {
        Some((line, column)) => format!("{}:{line}:{column}", found.path),
        None => found.path.clone(),
    }
}

/// What there is to judge a new goal by, a line each.
pub(super) fn facts(found: &NewGoal) -> Vec<Phrase> {
    let mut facts = Vec::new();
    if let Some(why) = &found.why {
        facts.push(vec![own("why: "), text(why)]);
    }
    let serves = found.serves.iter().map(|to| vec![name(to)]).collect::<Vec<_>>();
    facts.push(match serves.is_empty() {
        true => vec![own("serves no other goal")],
        false => [vec![own("serves ")], serves.join(&own(", "))].concat(),
    });
    if !found.key_results.is_empty() {
        let titles: Vec<Phrase> =
            found.key_results.iter().map(|title| vec![own("“"), text(title), own("”")]).collect();
        facts.push([vec![own("reached by ")], titles.join(&own(", "))].concat());
    }
    let owner = found.owner.iter().map(|owner| vec![own("owner "), text(owner)]);
    let team = found.team.iter().map(|team| vec![own("team "), text(team)]);
    let whose: Vec<Phrase> = owner.chain(team).collect();
    if !whose.is_empty() {
        facts.push(whose.join(&own(", ")));
    }
    facts
}

/// What there is of each section, in one line; nothing if there is nothing.
pub(super) fn summary(review: &Review) -> String {
    let structure = review.structure.len();
    let parts = [
        (review.moves.len(), "figure", "moves", "move"),
        (review.checkins.len(), "check-in", "", ""),
        (review.goalposts.len(), "goalpost", "moved", "moved"),
        (review.rewritten.len(), "record", "rewritten", "rewritten"),
        (structure, "change", "of structure", "of structure"),
        (review.brought.len(), "finding", "brought", "brought"),
        (review.mended.len(), "finding", "mended", "mended"),
    ];
    let told = parts.into_iter().filter(|(number, ..)| *number > 0);
    let told = told.map(|(number, what, one, many)| {
        let verb = if number == 1 { one } else { many };
        format!("{} {verb}", count(number, what)).trim_end().to_owned()
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_as_shown_add_up() {
        let thirds = [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0];
        assert_eq!(tenths(1.0, &thirds), (1000, vec![334, 333, 333]));
        assert_eq!(tenths(-0.01, &[-0.0133, 0.0033]), (-10, vec![-13, 3]));
        for parts in [[0.01234, -0.00777, 0.1], [0.5, 0.0004, 0.00049]] {
            let (whole, shown) = tenths(parts.iter().sum(), &parts);
            assert_eq!(shown.iter().sum::<i64>(), whole);
        }
    }

    #[test]
    fn figures_show_a_tenth_only_where_there_is_one() {
        assert_eq!(percent(Some(0.41)), "41%");
        assert_eq!(percent(Some(2.0 / 3.0)), "66.7%");
        assert_eq!(percent(None), "–");
        assert_eq!((points(60), points(-4), points(0)), ("+6".into(), "-0.4".into(), "+0".into()));
    }
}
