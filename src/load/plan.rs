//! Reads a plan: one objective or SMART goal.

use toml::de::DeValue;

use super::document::*;
use super::reader::{self, File, Table, as_table};
use crate::date::parse_date;
use crate::diagnostic::Diagnostic;
use crate::text::{Span, printable};

/// Reads the plan at `path`, with every mistake of shape in it.
pub fn plan(path: &str, text: &str) -> (PlanDoc, Vec<Diagnostic>) {
    reader::read(path, text, |file, tree| {
        let mut top = Table::new(file, tree, Span::new(0, 0));
        let mut plan = top_level(file, &mut top);
        plan.measure = measure(file, &mut top);
        if let Some((at, entry)) = top.entry("key_results") {
            plan.key_results_at = Some(at);
            plan.key_results = key_results(file, at, entry);
        }
        if let Some(initiatives) = top.table(file, "initiatives") {
            plan.initiatives = named_tables(file, &initiatives, initiative);
        }
        plan.close = top.table(file, "close").map(|table| Box::new(close(file, table)));
        plan.stray = ["unit", "plan", "strict", "evaluate", "source"]
            .into_iter()
            .filter_map(|key| Some((key, top.key(key)?)))
            .min_by_key(|(_, span)| *span);
        plan.unread = file.unread();
        plan.shape = top.finish(file, "a plan");
        plan.shape.at = plan.title.as_ref().map_or(first_line(text), |title| title.span);
        require(file, &plan.shape, "title", &plan.title, "a plan");
        plan
    })
}

fn first_line(text: &str) -> Span {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let line = crate::text::line_at(text, start);
    Span::new(start, line.end.max(start))
}

fn top_level(file: &mut File<'_>, top: &mut Table<'_, '_>) -> PlanDoc {
    let title = top.string(file, "title");
    let why = top.string(file, "why");
    let (owner, owners) = owner(file, top);
    PlanDoc {
        title,
        why,
        owner,
        owners,
        ambition: top.word(file, "ambition", &AMBITIONS),
        weight: top.number(file, "weight"),
        tags: top.strings(file, "tags"),
        contributes_to: top.strings(file, "contributes_to"),
        supports: top.strings(file, "supports"),
        starts: top.date(file, "starts"),
        due: top.date(file, "due"),
        draft: top.boolean(file, "draft"),
        dropped: reason(file, top),
        formerly: top.strings(file, "formerly"),
        continues: top.string(file, "continues"),
        allow: allow(file, top),
        ..PlanDoc::default()
    }
}

const AMBITIONS: [(&str, Ambition); 2] =
    [("aspirational", Ambition::Aspirational), ("committed", Ambition::Committed)];
const VERDICTS: [(&str, Verdict); 2] =
    [("achieved", Verdict::Achieved), ("missed", Verdict::Missed)];

/// `owner`: one name; of a list the first, with the whole list beside it.
fn owner(
    file: &mut File<'_>,
    table: &mut Table<'_, '_>,
) -> (Option<Spanned<String>>, Option<Owners>) {
    let list = match table.entry("owner") {
        Some((_, entry)) if entry.get_ref().is_array() => Span::from(entry.span()),
        _ => return (table.string(file, "owner"), None),
    };
    let names = table.strings(file, "owner");
    if names.is_empty() {
        if !table.shape.invalid.contains(&"owner") {
            let message = "`owner` takes one name, found an empty list".to_owned();
            file.report("wrong-type", message, list, |d| d.label("expected a string"));
            table.invalid("owner");
        }
        return (None, None);
    }
    let owners = names.iter().map(|name| name.value.clone()).collect();
    (names.into_iter().next(), Some(Box::new(Spanned { value: owners, span: list })))
}

/// `dropped`: the reason in words; a mere `true` gives none.
fn reason(file: &mut File<'_>, table: &mut Table<'_, '_>) -> Option<Spanned<String>> {
    match table.entry("dropped") {
        Some((_, entry)) if entry.get_ref().is_bool() => {
            let span = Span::from(entry.span());
            let message = "`dropped` takes the reason as a string, found true or false".to_owned();
            file.report("wrong-type", message, span, |d| {
                d.help(
                    "say why it was given up: dropped = \"…\"; to take it up again delete the key",
                )
            });
            table.invalid("dropped");
            None
        }
        _ => table.string(file, "dropped"),
    }
}

fn allow(file: &mut File<'_>, table: &mut Table<'_, '_>) -> Vec<AllowDoc> {
    let Some(inner) = table.table(file, "allow") else { return Vec::new() };
    let mut allowed = Vec::new();
    for (rule, entry) in inner.entries() {
        let removal = table.removal(file, "allow", &rule.value);
        match entry.get_ref() {
            DeValue::String(reason) => {
                allowed.push(AllowDoc { rule, reason: reason.to_string(), until: None, removal });
            }
            DeValue::Table(_) => {
                if let Some(mut table) = as_table(file, &rule.value, rule.span, entry) {
                    let reason = table.string(file, "reason");
                    let until = table.date(file, "until").map(|until| until.value);
                    let shape = table.finish(file, "an allowance");
                    require(file, &shape, "reason", &reason, "an allowance");
                    let reason = reason.map(|reason| reason.value).unwrap_or_default();
                    allowed.push(AllowDoc { rule, reason, until, removal });
                }
            }
            _ => file.wrong_type(&rule.value, "the reason as a string", entry),
        }
    }
    allowed
}

/// The keys of a measure, wherever they stand.
fn measure(file: &mut File<'_>, table: &mut Table<'_, '_>) -> MeasureDoc {
    let present = ["kind", "baseline", "target", "at_least", "at_most", "milestones"]
        .iter()
        .filter_map(|key| table.key(key))
        .min();
    MeasureDoc {
        kind: table.word(file, "kind", &Kind::ALL),
        baseline: table.number(file, "baseline"),
        target: table.number(file, "target"),
        unit: table.string(file, "unit"),
        plan: points(file, table),
        at_least: table.number(file, "at_least"),
        at_most: table.number(file, "at_most"),
        strict: table.boolean(file, "strict"),
        evaluate: table.word(file, "evaluate", &Evaluate::ALL),
        milestones: milestones(file, table).map(Box::new),
        source: table.string(file, "source"),
        present,
    }
}

/// `plan`: dates and the values expected on them.
fn points(
    file: &mut File<'_>,
    table: &mut Table<'_, '_>,
) -> Vec<(Spanned<crate::date::Date>, Spanned<f64>)> {
    let Some(inner) = table.table(file, "plan") else { return Vec::new() };
    let mut points = Vec::new();
    for (key, entry) in inner.entries() {
        let Some(date) = parse_date(&key.value) else {
            let message = format!("`{}` is not a date of the calendar", printable(&key.value));
            let fix = inner.padded_date(&key);
            file.report("bad-date", message, key.span, |d| {
                d.help("a plan point is written 2026-10-31 = 180").maybe_fix(fix)
            });
            continue;
        };
        if let Some(value) = file.number("plan", entry) {
            points.push((Spanned { value: date, span: key.span }, value));
        }
    }
    points
}

fn milestones(
    file: &mut File<'_>,
    table: &mut Table<'_, '_>,
) -> Option<Spanned<Vec<MilestoneDoc>>> {
    let inner = table.table(file, "milestones")?;
    let span = inner.shape.at;
    let mut steps = Vec::new();
    for (id, entry) in inner.entries() {
        match entry.get_ref() {
            DeValue::Table(_) => {
                let Some(mut step) = as_table(file, &id.value, id.span, entry) else { continue };
                let title = step.string(file, "title").map(|title| title.value);
                let score = step.number(file, "score");
                let due = step.date(file, "due");
                let shape = step.finish(file, "a milestone");
                require(file, &shape, "score", &score, "a milestone");
                steps.push(MilestoneDoc { id, title, score, due });
            }
            _ => {
                let score = file.number(&id.value, entry);
                steps.push(MilestoneDoc { id, title: None, score, due: None });
            }
        }
    }
    Some(Spanned { value: steps, span })
}

fn key_results(
    file: &mut File<'_>,
    at: Span,
    entry: &toml::Spanned<DeValue<'_>>,
) -> Vec<KeyResultDoc> {
    let Some(tables) = as_table(file, "key_results", at, entry) else { return Vec::new() };
    let all = named_tables(file, &tables, key_result);
    if all.len() > super::MAX_KEY_RESULTS {
        let message = format!(
            "{} key results; a goal may have at most {}",
            all.len(),
            super::MAX_KEY_RESULTS
        );
        let span = all[super::MAX_KEY_RESULTS].shape.at;
        file.report("syntax", message, span, |d| d.help("split the goal"));
    }
    all
}

/// Reads each named table of a table of tables.
fn named_tables<T>(
    file: &mut File<'_>,
    tables: &Table<'_, '_>,
    mut read: impl FnMut(&mut File<'_>, Spanned<String>, Table<'_, '_>) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    for (id, entry) in tables.entries() {
        if let Some(table) = as_table(file, &id.value, id.span, entry) {
            all.push(read(file, id, table));
        }
    }
    all
}

fn key_result(file: &mut File<'_>, id: Spanned<String>, mut table: Table<'_, '_>) -> KeyResultDoc {
    let title = table.string(file, "title");
    let (owner, owners) = owner(file, &mut table);
    let mut key_result = KeyResultDoc {
        id: id.value,
        title,
        owner,
        owners,
        starts: table.date(file, "starts"),
        due: table.date(file, "due"),
        weight: table.number(file, "weight"),
        dropped: reason(file, &mut table),
        formerly: table.strings(file, "formerly"),
        allow: allow(file, &mut table),
        measure: measure(file, &mut table),
        ..KeyResultDoc::default()
    };
    key_result.shape = table.finish(file, "a key result");
    require(file, &key_result.shape, "title", &key_result.title, "a key result");
    key_result
}

fn initiative(file: &mut File<'_>, id: Spanned<String>, mut table: Table<'_, '_>) -> InitiativeDoc {
    let initiative = InitiativeDoc {
        id,
        title: table.string(file, "title"),
        owner: table.string(file, "owner"),
        link: table.string(file, "link"),
        due: table.date(file, "due"),
        done: table.date(file, "done"),
    };
    let shape = table.finish(file, "an initiative");
    require(file, &shape, "title", &initiative.title, "an initiative");
    initiative
}

fn close(file: &mut File<'_>, mut table: Table<'_, '_>) -> CloseDoc {
    let mut close = CloseDoc {
        date: table.date(file, "date"),
        verdict: table.word(file, "verdict", &VERDICTS),
        score: table.number(file, "score"),
        note: table.string(file, "note"),
        ..CloseDoc::default()
    };
    close.shape = table.finish(file, "`[close]`");
    require(file, &close.shape, "date", &close.date, "`[close]`");
    require(file, &close.shape, "verdict", &close.verdict, "`[close]`");
    if let Some(score) = &close.score {
        if !(0.0..=1.0).contains(&score.value) {
            let message =
                format!("`score` lies between 0 and 1, found {}", crate::text::number(score.value));
            file.report("wrong-type", message, score.span, |d| d.help("seventy percent is 0.7"));
            close.score = None;
        } else if close.note.is_none() && close.shape.lacks("note", &close.note) {
            let message = "a `score` given by hand needs a `note` that says why".to_owned();
            let span = score.span;
            file.report("missing-key", message, span, |d| {
                d.help("add note = \"…\", or remove the score")
            });
        }
    }
    close
}

/// Reports a key that must be there and is not.
fn require<T>(file: &mut File<'_>, shape: &Shape, key: &'static str, found: &Option<T>, of: &str) {
    if shape.lacks(key, found) {
        let help = format!("add {key} = …");
        file.report("missing-key", format!("{of} needs `{key}`"), shape.at, |d| d.help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each finding as `rule @ text under the span`.
    fn findings(text: &str) -> Vec<String> {
        let (_, mut found) = plan("p.toml", text);
        crate::diagnostic::sort(&mut found);
        found
            .iter()
            .map(|d| {
                format!(
                    "{} @ {}",
                    d.rule,
                    &text[d.primary.place.span.start..d.primary.place.span.end]
                )
            })
            .collect()
    }

    #[test]
    fn a_full_plan_is_read_without_findings() {
        let text = r#"
title = "T"
owner = "ana"
contributes_to = "2026/grow"
[key_results.a]
title = "A"
baseline = 240
target = 1_500
plan = { 2026-10-31 = 180, 2026-11-30 = 60 }
[key_results.b]
title = "B"
kind = "milestone"
milestones = { beta = 0.3, live = { title = "Live", score = 1, due = 2026-12-01 } }
[close]
date = 2027-01-08
verdict = "missed"
"#;
        assert_eq!(findings(text), Vec::<String>::new());
        let (plan, _) = plan("p.toml", text);
        assert_eq!(plan.key_results[0].measure.target.as_ref().map(|t| t.value), Some(1500.0));
        assert_eq!(plan.key_results[0].measure.plan.len(), 2);
        assert_eq!(plan.key_results[1].measure.milestones.as_ref().map(|m| m.value.len()), Some(2));
        assert_eq!(plan.contributes_to[0].value, "2026/grow");
    }

    #[test]
    fn one_mistake_is_one_finding() {
        for (text, expected) in [
            ("title = \"T\"\nbasline = 3\n", vec!["unknown-key @ basline"]),
            ("title = 3\n", vec!["wrong-type @ 3"]),
            ("titel = \"T\"\n", vec!["unknown-key @ titel"]),
            ("title = \"T\"\ndue = 2026-02-30\n", vec!["bad-date @ 2026-02-30"]),
            ("title = \"T\"\ndue = \"2026-02-03\"\n", vec!["wrong-type @ \"2026-02-03\""]),
            (
                "title = \"T\"\ndue = 2026-02-03T10:00:00Z\n",
                vec!["bad-date @ 2026-02-03T10:00:00Z"],
            ),
            ("title = \"T\"\nbaseline = nan\n", vec!["not-finite @ nan"]),
            (
                "title = \"T\"\nbaseline = 99999999999999999999\n",
                vec!["not-finite @ 99999999999999999999"],
            ),
            ("owner = \"a\"\n", vec!["missing-key @ owner = \"a\""]),
            ("title = \"T\"\ntarget =\nbaseline = 3\n", vec!["syntax @ target ="]),
            ("title = \"T\"\nowner = ana\n", vec!["syntax @ ana"]),
            ("title = \"T\"\ntitle = \"U\"\n", vec!["syntax @ title"]),
            ("title = \"T\"\nkind = \"metrik\"\n", vec!["wrong-type @ \"metrik\""]),
            ("title = \"T\\e\"\n", vec!["toml-1-1 @ \\e"]),
            ("title = \"T\"\nplan = { 2026-10-31 = 1,\n 2026-11-30 = 2 }\n", vec!["toml-1-1 @ {"]),
            ("title = \"T\"\nplan = { 2026-10-31 = 1, }\n", vec!["toml-1-1 @ , "]),
        ] {
            assert_eq!(findings(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unclosed_bracket_hides_nothing_below_it() {
        let text = "title = \"T\"\ntags = [\"a\", \"b\"\nowner = \"ana\"\nbasline = 1\n[key_results.x]\ntitle = 7\n";
        assert_eq!(
            findings(text),
            ["syntax @ [\"a\", \"b\"", "unknown-key @ basline", "wrong-type @ 7"]
        );
        let (plan, _) = plan("p.toml", text);
        assert_eq!(plan.owner.map(|owner| owner.value).as_deref(), Some("ana"));
    }

    #[test]
    fn what_is_nested_too_deeply_hides_nothing_beside_it() {
        let (deep, brackets) = (["a"; 500].join("."), "[".repeat(100_000));
        let rules = |text: &str| {
            let (_, mut found) = plan("p.toml", text);
            crate::diagnostic::sort(&mut found);
            found.iter().map(|d| (d.rule, d.primary.place.span)).collect::<Vec<_>>()
        };
        for (first, line) in [
            (format!("{deep} = 1"), 0),
            (format!("tags = {}{}", "[".repeat(500), "]".repeat(500)), 0),
            (format!("tags = {brackets}"), 0),
        ] {
            let text = format!("{first}\ntitle = 7\nbasline = 1\n");
            let found = rules(&text);
            let names: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
            assert_eq!(names, ["syntax", "wrong-type", "unknown-key"], "{}", &text[..20]);
            assert_eq!(found[0].1.start, line);
        }
        let text = format!("title = \"T\"\n[{deep}]\nx = 1\n[key_results.b]\ntitle = 7\n");
        let names: Vec<&str> = rules(&text).iter().map(|(rule, _)| *rule).collect();
        assert_eq!(names, ["syntax", "wrong-type"]);
        assert_eq!(rules(&format!("title = \"T\"\n{brackets}\n")).len(), 1);
    }

    #[test]
    fn an_unclosed_string_hides_nothing_below_it() {
        let text = "title = \"T\"\nwhy = \"\"\"because\nowner = \"ana\"\nwieght = 1\n";
        assert_eq!(findings(text), ["syntax @ \"\"\"because", "unknown-key @ wieght"]);
    }

    #[test]
    fn conflict_markers_are_one_finding_each() {
        let text = "title = \"T\"\n<<<<<<< HEAD\nweight = 1\n=======\nweight = 2\n>>>>>>> side\n";
        assert_eq!(findings(text), ["syntax @ <<<<<<< HEAD", "syntax @ weight"]);
    }
}
