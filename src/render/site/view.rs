//! What the templates are given: one structure per page, and the pieces they share.
//!
//! Everything is ready to show. Numbers and dates are text, addresses are relative to the page, markup is
//! finished; a template chooses and arranges, and computes nothing. A piece that does not apply is null (or an
//! empty list), never absent, so a template may always ask for it. Foreign text is kept as it was written and is
//! escaped when a template shows it.

use jiff::civil::Date;
use serde::Serialize;

use super::link::{self, Href};
use super::markdown::Markup;
use super::{chart, figure};

/// What all pages share.
#[derive(Debug, Clone, Serialize)]
pub struct SiteInfo {
    /// The workspace's name.
    pub name: String,
    /// The date for which everything is told.
    pub as_of: DateText,
    /// The short id of the revision that was read; null without one.
    pub revision: Option<String>,
    /// How much of the history was there: `complete`, `shallow` or `none`.
    pub history: String,
    /// The program and its version: `goals 0.1.0`.
    pub generator: String,
}

/// What every page has at its top.
#[derive(Debug, Clone, Serialize)]
pub struct PageHead {
    /// The path of the page from the site's root.
    pub path: String,
    /// The title in the browser's tab, without the workspace's name.
    pub title: String,
    /// A sentence for search engines and previews.
    pub description: String,
    /// The way to the front page.
    pub home: Href,
    /// The way to the style sheet.
    pub style: Href,
    /// The pages above this one, the highest first; the front page is not among them.
    pub crumbs: Vec<Crumb>,
}

impl PageHead {
    /// The head of the page at this path; `crumbs` are texts and paths from the site's root.
    pub fn new(path: &str, title: &str, description: &str, crumbs: &[(&str, &str)]) -> Self {
        let crumb = |(text, to): &(&str, &str)| Crumb {
            text: (*text).to_owned(),
            url: Href::between(path, to),
        };
        Self {
            path: path.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            home: Href::between(path, link::INDEX),
            style: Href::between(path, link::STYLE),
            crumbs: crumbs.iter().map(crumb).collect(),
        }
    }
}

/// One step of the way from the front page to this one.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// What it is called.
    pub text: String,
    /// Where it leads.
    pub url: Href,
}

/// A date, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateText {
    /// `2026-10-12`.
    pub iso: String,
    /// `12 Oct 2026`.
    pub text: String,
    /// How far from the report's date: `3 days ago`; null where it does not matter.
    pub distance: Option<String>,
}

impl DateText {
    /// A date alone.
    pub fn new(date: Date) -> Self {
        Self { iso: date.to_string(), text: figure::date(date), distance: None }
    }

    /// A date and how far it lies from the report's.
    pub fn seen_from(date: Date, today: Date) -> Self {
        Self { distance: Some(figure::distance(date, today)), ..Self::new(date) }
    }
}

/// A text that may lead somewhere.
#[derive(Debug, Clone, Serialize)]
pub struct LinkRow {
    /// What it is called.
    pub text: String,
    /// Where it leads; null if nowhere.
    pub url: Option<Href>,
    /// What is said beside it.
    pub note: Option<String>,
}

/// A status, as a word and as a mark.
#[derive(Debug, Clone, Serialize)]
pub struct StatusText {
    /// The word of the JSON contract: `on-track`. It is the class of its colour as well.
    pub key: String,
    /// The word for people: `On track`.
    pub word: String,
    /// The mark, a shape of its own for each status.
    pub mark: Markup,
}

impl StatusText {
    /// The text of a status given by its word in the JSON contract.
    pub fn new(key: &str) -> Self {
        let words = key.replace('-', " ");
        let mut letters = words.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        Self { key: key.to_owned(), word: first + letters.as_str(), mark: chart::status_mark(key) }
    }
}

/// How many goals have a status.
#[derive(Debug, Clone, Serialize)]
pub struct StatusCount {
    /// The status.
    pub status: StatusText,
    /// The number of goals.
    pub count: String,
}

/// Counts of statuses, and the bar of their shares.
#[derive(Debug, Clone, Serialize)]
pub struct StatusCounts {
    /// One entry per status that occurs, the worst first.
    pub counts: Vec<StatusCount>,
    /// The bar of shares.
    pub bar: Markup,
    /// The number of goals: `9 goals`.
    pub total: String,
}

impl StatusCounts {
    /// Counts given as status words and numbers; those of none are left out, the rest sorted worst first.
    pub fn new(counts: &[(&str, usize)]) -> Self {
        let mut counts: Vec<(&str, usize)> =
            counts.iter().copied().filter(|(_, n)| *n > 0).collect();
        counts.sort_by_key(|(key, _)| (rank(key), *key));
        let total: usize = counts.iter().map(|(_, n)| n).sum();
        let entry = |(key, n): &(&str, usize)| StatusCount {
            status: StatusText::new(key),
            count: figure::number(*n as f64),
        };
        Self {
            bar: chart::share_bar(&counts),
            counts: counts.iter().map(entry).collect(),
            total: figure::count(total, "goal", "goals"),
        }
    }
}

/// The place of a status among all, the worst first.
fn rank(key: &str) -> usize {
    const WORST_FIRST: [&str; 10] = [
        "missed",
        "off-track",
        "stale",
        "at-risk",
        "pending",
        "upcoming",
        "on-track",
        "achieved",
        "draft",
        "dropped",
    ];
    WORST_FIRST.iter().position(|known| *known == key).unwrap_or(WORST_FIRST.len())
}

/// A progress, as a figure and as a bar.
#[derive(Debug, Clone, Serialize)]
pub struct Meter {
    /// The progress: `43%`; null where nothing counts.
    pub progress: Option<String>,
    /// What is expected by now: `57%`; null where nothing is.
    pub expected: Option<String>,
    /// The bar, with a tick where the progress is expected to be.
    pub bar: Markup,
}

impl Meter {
    /// A progress and the progress expected by now, as shares of one; `tone` is the key of a status, or `plain`.
    pub fn new(progress: Option<f64>, expected: Option<f64>, tone: &str) -> Self {
        let shown = progress.map(figure::percent);
        let due = expected.map(figure::percent);
        let label = match (&shown, &due) {
            (None, _) => "No progress to show".to_owned(),
            (Some(shown), None) => format!("Progress {shown}"),
            (Some(shown), Some(due)) => format!("Progress {shown}, {due} expected by now"),
        };
        Self {
            bar: chart::progress_bar(progress, expected, tone, &label),
            progress: shown,
            expected: due,
        }
    }
}

/// The score of a closed goal.
#[derive(Debug, Clone, Serialize)]
pub struct ScoreText {
    /// The score: `0.72`.
    pub score: String,
    /// Its grade: `green`, `amber` or `red`.
    pub grade: String,
    /// The score under the plan before goalposts were moved; null where it is the same.
    pub original: Option<String>,
}

/// A goal in a list.
#[derive(Debug, Clone, Serialize)]
pub struct GoalRow {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Its status.
    pub status: StatusText,
    /// Why it needs attention; null elsewhere than in lists of such goals.
    pub reason: Option<String>,
    /// Its team and the team's page; null if it belongs to the whole organisation.
    pub team: Option<LinkRow>,
    /// Its cycle.
    pub cycle: String,
    /// Who is accountable.
    pub owner: Option<String>,
    /// Its progress, with the share of its window that has passed as what is expected.
    pub meter: Meter,
    /// The least pace of its key results: `0.84`; null where none can be told.
    pub pace: Option<String>,
    /// The confidence, out of ten: `6`.
    pub confidence: Option<String>,
    /// How many key results have a value: `3 of 4`.
    pub coverage: String,
    /// The score, once it is over.
    pub score: Option<ScoreText>,
    /// Why it was dropped.
    pub dropped: Option<String>,
    /// Its weight in what it counts in, where it is not 1.
    pub weight: Option<String>,
    /// Its key results, in the order of the plan.
    pub key_results: Vec<KeyResultRow>,
}

/// A key result in a list.
#[derive(Debug, Clone, Serialize)]
pub struct KeyResultRow {
    /// Its title.
    pub title: String,
    /// Its place on its goal's page.
    pub url: Href,
    /// Its status.
    pub status: StatusText,
    /// Its progress.
    pub meter: Meter,
    /// The course of its progress.
    pub spark: Markup,
    /// The latest value with its unit; null while unmeasured. Of the kind `objectives` the number of goals: `2 goals`.
    pub value: Option<String>,
    /// Where it is to go: `15 min`, `at least 99.9%`; null where there is no such number.
    pub target: Option<String>,
    /// Its owner, where it is not the goal's.
    pub owner: Option<String>,
    /// Its pace.
    pub pace: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
}

/// The figures of a cycle.
#[derive(Debug, Clone, Serialize)]
pub struct CycleHead {
    /// Its id: `2026-q4`.
    pub id: String,
    /// Its page.
    pub url: Href,
    /// Its dates: `1 Oct – 31 Dec 2026`.
    pub window: String,
    /// `active`, `upcoming` or `closed`.
    pub state: String,
    /// Where it stands: `40 days left`, `Starts in 6 weeks`, `Ended 3 weeks ago`.
    pub standing: String,
    /// Its progress, with the share of its days that have passed as what is expected.
    pub meter: Meter,
    /// The share of its days that have passed: `56%`.
    pub elapsed: String,
    /// How many key results have a value: `11 of 14`.
    pub coverage: String,
    /// Its goals by status.
    pub statuses: StatusCounts,
}

/// A check-in, told as news.
#[derive(Debug, Clone, Serialize)]
pub struct CheckinRow {
    /// The date of the record.
    pub date: DateText,
    /// Who recorded it; null if unknown.
    pub author: Option<String>,
    /// The goal.
    pub goal: LinkRow,
    /// The key result; null for a check-in of the goal as a whole.
    pub key_result: Option<LinkRow>,
    /// The value before, with its unit; null if there was none.
    pub before: Option<String>,
    /// The value now, with its unit; null if none was given.
    pub value: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The note, from Markdown.
    pub note: Option<Markup>,
    /// Whether no commit holds it yet.
    pub uncommitted: bool,
}

/// A team in a list.
#[derive(Debug, Clone, Serialize)]
pub struct TeamRow {
    /// Its display name.
    pub name: String,
    /// Its path: `engineering/platform`.
    pub path: String,
    /// Its page.
    pub url: Href,
    /// How many teams of the same list stand above it: `0` for one at the top.
    pub depth: usize,
    /// Who leads it.
    pub lead: Option<String>,
    /// Its progress.
    pub meter: Meter,
    /// How many key results have a value.
    pub coverage: String,
    /// Its goals by status.
    pub statuses: StatusCounts,
}

/// The goals of one team.
#[derive(Debug, Clone, Serialize)]
pub struct GoalGroup {
    /// The team's name, or that of the whole organisation.
    pub name: String,
    /// The team's page; null for the whole organisation and on the team's own page.
    pub url: Option<Href>,
    /// Who leads the team.
    pub lead: Option<String>,
    /// Its goals.
    pub goals: Vec<GoalRow>,
}

/// The front page.
#[derive(Debug, Clone, Serialize)]
pub struct IndexPage {
    /// Its head.
    pub head: PageHead,
    /// The active cycles, those that end first before the rest.
    pub cycles: Vec<CycleHead>,
    /// The goals that need attention, the worst first, each with its reason.
    pub attention: Vec<GoalRow>,
    /// How many goals need attention beyond those listed: `4 more`; null if all are there.
    pub attention_more: Option<String>,
    /// The last check-ins, the latest first.
    pub checkins: Vec<CheckinRow>,
    /// The cycles that are not active, the latest first.
    pub other_cycles: Vec<CycleHead>,
}

/// The page of a cycle.
#[derive(Debug, Clone, Serialize)]
pub struct CyclePage {
    /// Its head.
    pub head: PageHead,
    /// The figures of the cycle.
    pub cycle: CycleHead,
    /// The teams, each after the team above it.
    pub teams: Vec<TeamRow>,
    /// The goals, by team.
    pub groups: Vec<GoalGroup>,
}

/// The page of a team in a cycle.
#[derive(Debug, Clone, Serialize)]
pub struct TeamPage {
    /// Its head.
    pub head: PageHead,
    /// The figures of the team; its `url` is that of this page.
    pub team: TeamRow,
    /// The figures of the cycle.
    pub cycle: CycleHead,
    /// The teams below it.
    pub teams: Vec<TeamRow>,
    /// The goals: the team's own first, then those of the teams below it.
    pub groups: Vec<GoalGroup>,
}

/// The page of a goal.
#[derive(Debug, Clone, Serialize)]
pub struct GoalPage {
    /// Its head.
    pub head: PageHead,
    /// The reference: `2026-q4/calm-deploys`.
    pub reference: String,
    /// `objective` or `smart`.
    pub kind: String,
    /// The goal as in a list; its key results are left empty here.
    pub goal: GoalRow,
    /// Its window: `1 Oct – 31 Dec 2026`.
    pub window: String,
    /// Where in the window the report's date lies: `40 days left`.
    pub standing: String,
    /// `Aspirational` or `Committed`; null if the plan does not say.
    pub ambition: Option<String>,
    /// The weight, where it is not 1.
    pub weight: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// Whether check-ins are due: `Last check-in 19 days ago, one is due every 14 days`; null if none is overdue.
    pub overdue: Option<String>,
    /// The why, from Markdown.
    pub why: Option<Markup>,
    /// The key results, or the one measure of a SMART goal.
    pub key_results: Vec<KeyResultView>,
    /// The SMART scorecard; null once the goal is over. That of a SMART goal's measure is here too.
    pub smart: Option<SmartCard>,
    /// The check-ins of the goal as a whole, the latest first.
    pub records: Vec<RecordRow>,
    /// The work that is to bring the goal about.
    pub initiatives: Vec<InitiativeRow>,
    /// The commits that name it; null if there are none, or none are to be shown.
    pub work: Option<WorkView>,
    /// The goals whose progress this one is part of.
    pub contributes_to: Vec<LinkRow>,
    /// The goals it is aligned to without counting.
    pub supports: Vec<LinkRow>,
    /// The goals that count in this one's progress.
    pub contributors: Vec<GoalRow>,
    /// The goals that are aligned to this one without counting.
    pub supporters: Vec<LinkRow>,
    /// The goal of an earlier cycle that it carries on.
    pub continues: Option<LinkRow>,
    /// The changes of its plan, the latest first.
    pub amendments: Vec<AmendmentRow>,
    /// How many of the amendments moved a goalpost: `2 goalpost moves`; null if none.
    pub goalpost_moves: Option<String>,
    /// The retrospective.
    pub close: Option<CloseView>,
    /// Its plan, its history and so on in the forge.
    pub forge: Vec<LinkRow>,
}

/// A key result on its goal's page.
#[derive(Debug, Clone, Serialize)]
pub struct KeyResultView {
    /// The `id` of its place on the page.
    pub anchor: String,
    /// Its title; for a SMART goal's own measure what is measured.
    pub title: String,
    /// `metric`, `threshold`, `milestone`, `binary`, `baseline` or `objectives`.
    pub kind: String,
    /// Its status.
    pub status: StatusText,
    /// Its progress.
    pub meter: Meter,
    /// Its owner, where it is not the goal's.
    pub owner: Option<String>,
    /// Its weight, where it is not 1.
    pub weight: Option<String>,
    /// Its window, where it is not the goal's.
    pub window: Option<String>,
    /// Where the number comes from.
    pub source: Option<LinkRow>,
    /// The baseline with its unit.
    pub baseline: Option<String>,
    /// The target with its unit, or the bounds in words.
    pub target: Option<String>,
    /// The latest value with its unit.
    pub value: Option<String>,
    /// The date of the latest value.
    pub value_date: Option<DateText>,
    /// The pace.
    pub pace: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The forecast in a sentence.
    pub forecast: Option<String>,
    /// Why it was dropped.
    pub dropped: Option<String>,
    /// The chart of its values; null for kinds that have none.
    pub chart: Option<Markup>,
    /// What the chart's signs mean.
    pub legend: Vec<LegendRow>,
    /// The milestones, the highest first; empty for other kinds.
    pub ladder: Vec<RungRow>,
    /// The answer of a binary key result; null for other kinds.
    pub answer: Option<AnswerView>,
    /// The goals that make it up, for the kind `objectives`.
    pub contributors: Vec<GoalRow>,
    /// The SMART scorecard; null for a SMART goal's measure, and once the goal is over.
    pub smart: Option<SmartCard>,
    /// The moves of its goalposts, in order of date.
    pub moves: Vec<AmendmentRow>,
    /// The latest records, the latest first.
    pub records: Vec<RecordRow>,
    /// The records before these.
    pub older_records: Vec<RecordRow>,
    /// How many records there are: `12 records`.
    pub record_count: String,
}

/// How a goal or key result answers the questions of SMART.
#[derive(Debug, Clone, Serialize)]
pub struct SmartCard {
    /// Whether every question is met.
    pub qualifies: bool,
    /// The sum in words: `qualifies`, or what is missing and what is weak.
    pub sum: String,
    /// The five letters, each with the worse of its two verdicts where it asks two questions.
    pub letters: Vec<SmartLetter>,
    /// One answer to each of the seven questions.
    pub answers: Vec<SmartAnswer>,
}

/// One letter of a scorecard.
#[derive(Debug, Clone, Serialize)]
pub struct SmartLetter {
    /// `S`, `M`, `A`, `R` or `T`.
    pub letter: char,
    /// Its verdict.
    pub verdict: VerdictText,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize)]
pub struct SmartAnswer {
    /// The letter.
    pub letter: char,
    /// The word for the question: `attainable`.
    pub question: String,
    /// Its verdict.
    pub verdict: VerdictText,
    /// What was found, or what is lacking.
    pub evidence: String,
    /// How to mend it; null for what is met.
    pub mend: Option<String>,
}

/// A verdict, as a word and as a mark.
#[derive(Debug, Clone, Serialize)]
pub struct VerdictText {
    /// `met`, `weak` or `missing`.
    pub word: String,
    /// The mark, a shape of its own for each verdict.
    pub mark: Markup,
}

/// How many records a goal's page shows before it folds the rest.
pub const RECORDS_SHOWN: usize = 8;

/// Divides records, the latest first, into those shown and those folded; a remainder of one or two is not folded.
pub fn fold_records(mut records: Vec<RecordRow>) -> (Vec<RecordRow>, Vec<RecordRow>) {
    let older = if records.len() > RECORDS_SHOWN + 2 {
        records.split_off(RECORDS_SHOWN)
    } else {
        Vec::new()
    };
    (records, older)
}

/// One entry of a chart's legend.
#[derive(Debug, Clone, Serialize)]
pub struct LegendRow {
    /// The class of its swatch.
    pub key: String,
    /// What it means.
    pub text: String,
}

impl LegendRow {
    /// The legend of a burn-up chart.
    pub fn of(shown: &chart::BurnUp<'_>) -> Vec<Self> {
        let row = |(key, text): (&str, &str)| Self { key: key.to_owned(), text: text.to_owned() };
        chart::legend(shown).into_iter().map(row).collect()
    }
}

/// One milestone of a ladder.
#[derive(Debug, Clone, Serialize)]
pub struct RungRow {
    /// Its title.
    pub title: String,
    /// The score it brings: `0.7`.
    pub score: String,
    /// When it is due.
    pub due: Option<DateText>,
    /// When it was reached; null if it was not, or was passed over.
    pub reached: Option<DateText>,
    /// `passed`, `current` or `ahead`.
    pub state: String,
}

/// The answer of a binary key result.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerView {
    /// `yes`, `no` or `open` while nobody said.
    pub key: String,
    /// The answer in words: `Yes`, `Not yet`, `No answer yet`.
    pub word: String,
    /// The date of the record that says so.
    pub since: Option<DateText>,
}

/// A commit.
#[derive(Debug, Clone, Serialize)]
pub struct CommitText {
    /// Its short id.
    pub short: String,
    /// Its page in the forge.
    pub url: Option<Href>,
    /// Its subject.
    pub subject: String,
}

/// One record of a check-ins file.
#[derive(Debug, Clone, Serialize)]
pub struct RecordRow {
    /// The date on which it was true.
    pub date: DateText,
    /// The value with its unit; null if none was given.
    pub value: Option<String>,
    /// The difference from the value before: `−60`.
    pub change: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The note, from Markdown.
    pub note: Option<Markup>,
    /// Who recorded it, by its `by` or its witness; null if unknown.
    pub author: Option<String>,
    /// The witness; null if there is none or it is unknown.
    pub commit: Option<CommitText>,
    /// `uncommitted` or `unknown` in place of a witness; null if there is one.
    pub mark: Option<String>,
    /// How much later it was recorded than it was true: `5 days later`.
    pub lag: Option<String>,
    /// Whether it counts for nothing.
    pub void: bool,
}

/// The commits behind a goal.
#[derive(Debug, Clone, Serialize)]
pub struct WorkView {
    /// The latest of them, the latest first.
    pub rows: Vec<WorkRow>,
    /// How many there are beside them: `12 earlier commits`; null if none.
    pub rest: Option<String>,
}

/// A commit that names a goal or one of its key results.
#[derive(Debug, Clone, Serialize)]
pub struct WorkRow {
    /// The day on which it was written.
    pub date: DateText,
    /// Who wrote it.
    pub author: Option<String>,
    /// The commit.
    pub commit: CommitText,
    /// The titles of the key results that it names, with links to them.
    pub key_results: Vec<LinkRow>,
}

/// A change of the plan.
#[derive(Debug, Clone, Serialize)]
pub struct AmendmentRow {
    /// The date of the change.
    pub date: DateText,
    /// Who made it.
    pub author: Option<String>,
    /// The commit that made it.
    pub commit: Option<CommitText>,
    /// The title of the key result that changed; null if it is the goal itself.
    pub key_result: Option<String>,
    /// What happened, where it is more than a change of fields: `Planned`, `Dropped`, `Closed`, `Taken up again`,
    /// `Deleted`.
    pub event: Option<String>,
    /// Whether it moved a goalpost.
    pub goalpost: bool,
    /// What changed.
    pub changes: Vec<ChangeText>,
}

/// A change of one field.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeText {
    /// The field: `target`.
    pub field: String,
    /// What it was; null if it was not there.
    pub old: Option<String>,
    /// What it is; null if it is no longer there.
    pub new: Option<String>,
}

/// A piece of work.
#[derive(Debug, Clone, Serialize)]
pub struct InitiativeRow {
    /// Its title.
    pub title: String,
    /// Its page elsewhere.
    pub url: Option<Href>,
    /// Who does it.
    pub owner: Option<String>,
    /// When it is due.
    pub due: Option<DateText>,
    /// When it was done.
    pub done: Option<DateText>,
    /// `done`, `late` or `open`.
    pub state: String,
}

/// The retrospective of a closed goal.
#[derive(Debug, Clone, Serialize)]
pub struct CloseView {
    /// When it was written.
    pub date: DateText,
    /// People's judgement: `Achieved` or `Missed`.
    pub verdict: String,
    /// The score that people gave in place of the computed one.
    pub score: Option<String>,
    /// What was learnt, from Markdown.
    pub note: Option<Markup>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_as_words() {
        assert_eq!(StatusText::new("on-track").word, "On track");
        assert_eq!(StatusText::new("missed").word, "Missed");
        assert_eq!(StatusText::new("").word, "");
    }

    #[test]
    fn counts_stand_worst_first_without_empty_ones() {
        let counts =
            StatusCounts::new(&[("on-track", 3), ("draft", 1), ("missed", 0), ("off-track", 1200)]);
        let shown: Vec<(&str, &str)> = counts
            .counts
            .iter()
            .map(|entry| (entry.status.key.as_str(), entry.count.as_str()))
            .collect();
        assert_eq!(shown, [("off-track", "1,200"), ("on-track", "3"), ("draft", "1")]);
        assert_eq!(counts.total, "1,204 goals");
    }

    #[test]
    fn a_meter_says_what_its_bar_shows() {
        let meter = Meter::new(Some(0.43), Some(0.57), "at-risk");
        assert!(meter.bar.as_str().contains("aria-label=\"Progress 43%, 57% expected by now\""));
        assert!(
            Meter::new(None, None, "plain")
                .bar
                .as_str()
                .contains("aria-label=\"No progress to show\"")
        );
    }

    #[test]
    fn long_lists_of_records_are_folded() {
        let record = RecordRow {
            date: DateText::new(jiff::civil::date(2026, 1, 1)),
            value: None,
            change: None,
            confidence: None,
            note: None,
            author: None,
            commit: None,
            mark: None,
            lag: None,
            void: false,
        };
        let lengths = |n: usize| {
            let (shown, older) = fold_records(vec![record.clone(); n]);
            (shown.len(), older.len())
        };
        assert_eq!(lengths(0), (0, 0));
        assert_eq!(lengths(10), (10, 0));
        assert_eq!(lengths(11), (8, 3));
    }
}
