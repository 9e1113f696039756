//! The SMART scorecard: each goal and key result, letter by letter.
//!
//! Two letters ask two things each: A whether someone can be given the goal and whether the pace
//! is within reach, R whether it matters to a larger goal and whether it is believable. An answer
//! rests on the findings of the rules that serve the letter, and on what the plan and the record
//! say.

use std::collections::HashMap;

use rayon::prelude::*;

use super::judged::Judged;
use super::rates::{self, Rates, weekly};
use super::{Context, find, subject};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Level};
use crate::model::{Goal, GoalRef, KeyResult, Link, Measure, Model};
use crate::rollup::Status;
use crate::text::{count, number, printable};

/// What a scorecard asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// S: is it one outcome, named clearly?
    Specific,
    /// M: baseline, target, unit, source?
    Measurable,
    /// A: is one person or team accountable?
    Assignable,
    /// A: is the pace needed within what has been done before?
    Attainable,
    /// R: does it serve a larger goal?
    Relevant,
    /// R: is it, going by its history, believable?
    Realistic,
    /// T: a date, inside the cycle?
    TimeBound,
}

impl Question {
    /// Every question, in the order of the letters.
    pub const ALL: [Self; 7] = [
        Self::Specific,
        Self::Measurable,
        Self::Assignable,
        Self::Attainable,
        Self::Relevant,
        Self::Realistic,
        Self::TimeBound,
    ];

    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Self::Specific => 'S',
            Self::Measurable => 'M',
            Self::Assignable | Self::Attainable => 'A',
            Self::Relevant | Self::Realistic => 'R',
            Self::TimeBound => 'T',
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Specific => "specific",
            Self::Measurable => "measurable",
            Self::Assignable => "assignable",
            Self::Attainable => "attainable",
            Self::Relevant => "relevant",
            Self::Realistic => "realistic",
            Self::TimeBound => "time-bound",
        }
    }

    /// Tells whether a rule's finding answers it. Where a letter asks twice, the rules that look
    /// at the pace answer the second question, all others the first.
    fn is_served_by(self, rule: &str) -> bool {
        let serves = find(rule).is_some_and(|rule| rule.letters.contains(self.letter()));
        let on_pace = matches!(rule, "out-of-reach" | "too-easy");
        serves
            && match self {
                Self::Assignable | Self::Relevant => !on_pace,
                Self::Attainable | Self::Realistic => on_pace,
                _ => true,
            }
    }
}

/// How an answer turns out, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// There is nothing that would answer it.
    Missing,
    /// There is something, and it could be better.
    Weak,
    /// Yes.
    Met,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Weak => "weak",
            Self::Met => "met",
        }
    }
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// How it turned out.
    pub verdict: Verdict,
    /// What was found, or what is lacking.
    pub evidence: String,
    /// How to mend it; nothing for what is met.
    pub mend: Option<String>,
}

/// The answers on one goal or key result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The position of the goal in the model.
    pub goal: usize,
    /// The position of the key result in its goal; nothing for the goal itself, with the measure
    /// of a SMART goal.
    pub key_result: Option<usize>,
    /// One answer to each question, in the order of [`Question::ALL`].
    pub answers: Vec<Answer>,
}

impl Card {
    /// Tells whether every question is met, so that it qualifies as SMART.
    pub fn qualifies(&self) -> bool {
        self.answers.iter().all(|answer| answer.verdict == Verdict::Met)
    }
}

/// The scorecards of every goal that is not dropped, each followed by those of its key results.
/// `findings` are those of [`check`](super::check): what the workspace allows or turns off is not
/// held against anyone.
pub fn scorecards(context: &Context<'_>, findings: &[Diagnostic]) -> Vec<Card> {
    let scoring = Scoring::new(context, findings);
    let goals = (0..context.model.goals.len()).into_par_iter();
    goals.flat_map_iter(|at| scoring.of_goal(at)).collect()
}

/// What all cards are made from, for who wants them one goal after the other.
pub struct Scoring<'c, 'a> {
    context: &'c Context<'a>,
    rates: Rates<'c, 'a>,
    findings: HashMap<&'c GoalRef, Vec<Heard<'c>>>,
}

/// A finding on a goal, with the id of the key result that it is on, if it is on one.
type Heard<'a> = (Option<&'a str>, &'a Diagnostic);

impl<'c, 'a> Scoring<'c, 'a> {
    /// Makes ready for the cards of any goal; `findings` are those of [`check`](super::check).
    pub fn new(context: &'c Context<'a>, findings: &'c [Diagnostic]) -> Self {
        let mut about_goal: HashMap<&GoalRef, Vec<Heard<'_>>> = HashMap::new();
        for finding in findings {
            if let Some(about) = subject(context.model, &finding.primary.place) {
                let heard = about_goal.entry(&about.goal.reference).or_default();
                heard.push((about.key_result, finding));
            }
        }
        Self { context, rates: Rates::new(context), findings: about_goal }
    }

    /// The card of the goal at a position in the model, followed by those of its key results; none of one that is
    /// dropped.
    pub fn of_goal(&self, at: usize) -> Vec<Card> {
        let goal = &*self.context.model.goals[at];
        if goal.dropped.is_some() {
            return Vec::new();
        }
        let heard = self.findings.get(&goal.reference).map_or(&[][..], Vec::as_slice);
        let of = |id: Option<&str>| -> Vec<&Diagnostic> {
            heard.iter().filter(|(own, _)| *own == id).map(|(_, finding)| *finding).collect()
        };
        let key_results: Vec<Card> = goal
            .key_results
            .iter()
            .enumerate()
            .filter(|(_, kr)| kr.dropped.is_none())
            .map(|(position, kr)| {
                let answers = self.of_key_result(at, goal, position, kr, &of(kr.id.as_deref()));
                Card { goal: at, key_result: kr.id.as_ref().map(|_| position), answers }
            })
            .collect();
        if goal.key_results.iter().any(|kr| kr.id.is_none()) {
            return key_results;
        }
        let answers = self.of_objective(at, goal, &key_results, &of(None));
        let mut cards = vec![Card { goal: at, key_result: None, answers }];
        cards.extend(key_results);
        cards
    }

    fn of_key_result(
        &self,
        at: usize,
        goal: &Goal,
        position: usize,
        key_result: &KeyResult,
        findings: &[&Diagnostic],
    ) -> Vec<Answer> {
        let figures = &self.context.rollup.goals[at].key_results[position];
        let one = Judged { goal, key_result, figures };
        let attainable = self.attainable(&one);
        let answer = |question| {
            let found = match question {
                Question::Specific => named(one.title()),
                Question::Measurable => measured(&one),
                Question::Assignable => owned(goal, key_result.owner.as_deref()),
                Question::Attainable => attainable.clone(),
                Question::Relevant => relevant(self.context.model, goal),
                Question::Realistic => self.realistic(goal, attainable.clone()),
                Question::TimeBound => self.dated(goal, key_result.window.end),
            };
            judged(question, found, findings)
        };
        Question::ALL.into_iter().map(answer).collect()
    }

    /// An objective is reached through others, and its pace is that of the weakest of them.
    fn of_objective(
        &self,
        at: usize,
        goal: &Goal,
        key_results: &[Card],
        findings: &[&Diagnostic],
    ) -> Vec<Answer> {
        let answer = |question| {
            let found = match question {
                Question::Specific => {
                    named(goal.plan.title.as_ref().map(|title| title.value.as_str()))
                }
                Question::Measurable => self.measured_through(at, goal),
                Question::Assignable => owned(goal, goal.owner.as_deref()),
                Question::Attainable | Question::Realistic => {
                    self.weakest(question, at, goal, key_results)
                }
                Question::Relevant => relevant(self.context.model, goal),
                Question::TimeBound => self.dated(goal, goal.window.end),
            };
            judged(question, found, findings)
        };
        Question::ALL.into_iter().map(answer).collect()
    }

    fn measured_through(&self, at: usize, goal: &Goal) -> Found {
        let (own, others) = (goal.key_results.len(), self.context.model.contributors[at].len());
        if own + others == 0 {
            return missing("nothing measures it", "add a key result, or a measure of its own");
        }
        let own = (own > 0).then(|| count(own, "key result"));
        let others = (others > 0).then(|| count(others, "contributing goal"));
        met(own.into_iter().chain(others).collect::<Vec<_>>().join(", "))
    }

    /// The worst answer among the key results.
    fn weakest(&self, question: Question, at: usize, goal: &Goal, key_results: &[Card]) -> Found {
        let answers = key_results.iter().filter_map(|card| {
            let answer = card.answers.iter().find(|answer| answer.question == question)?;
            Some((card.key_result.and_then(|at| goal.key_results[at].id.as_deref())?, answer))
        });
        match answers.min_by_key(|(_, answer)| answer.verdict) {
            Some((_, answer)) if answer.verdict == Verdict::Met => {
                met("so is every key result".to_owned())
            }
            Some((id, answer)) => Found {
                verdict: answer.verdict,
                evidence: format!("`{id}`: {}", answer.evidence),
                mend: answer.mend.clone(),
            },
            None if self.context.model.contributors[at].is_empty() => {
                missing("no measure to tell a pace from", "mend the measure first")
            }
            None => met("reached through the goals that contribute".to_owned()),
        }
    }

    /// Whether the pace needed is within what has been done before; of what has no pace, whether
    /// it was held before, or what people believe.
    fn attainable(&self, one: &Judged<'_>) -> Found {
        let as_of = self.context.as_of;
        if one.figures.status == Status::Achieved {
            return met("reached".to_owned());
        }
        match &one.key_result.measure {
            None => missing("no measure to tell a pace from", "mend the measure first"),
            Some(Measure::Objectives) => {
                met("reached through the goals that contribute".to_owned())
            }
            Some(Measure::Metric { .. }) => self.pace(one),
            Some(measure @ Measure::Threshold { .. }) => {
                let all = one.numbers(as_of).count();
                let held =
                    one.numbers(as_of).filter(|(_, value)| measure.holds(*value) == Some(true));
                match (held.count(), all) {
                    (0, 0) => believed(one),
                    (0, _) => weak(
                        format!("never within its bounds in {}", count(all, "record")),
                        "say what is going to bring it there, or move the bounds before planning is over",
                    ),
                    (held, all) => {
                        met(format!("within its bounds in {held} of {}", count(all, "record")))
                    }
                }
            }
            Some(_) => believed(one),
        }
    }

    /// Whether it is believable by its own history: no faster than ever before, as for what is
    /// attainable, and by `too-easy` no stroll either. Without anything on record there is nothing
    /// to believe.
    fn realistic(&self, goal: &Goal, attainable: Found) -> Found {
        let last = rates::continued(self.context.model, goal).and_then(|before| {
            let at = self.context.model.position(&before.reference)?;
            let score = self.context.rollup.goals[at].score?;
            Some(format!("`{}` scored {}", before.reference, crate::text::hundredths(score)))
        });
        match last {
            Some(last) => {
                Found { evidence: format!("{}; {last}", attainable.evidence), ..attainable }
            }
            None => attainable,
        }
    }

    /// The last day, which lies inside the cycle.
    fn dated(&self, goal: &Goal, end: Date) -> Found {
        let cycle = &goal.reference.cycle;
        match self.context.model.cycles.get(cycle) {
            Some(window) if !window.contains(end) => Found {
                verdict: Verdict::Missing,
                evidence: format!(
                    "due on {end}, outside cycle {cycle}, which ends on {}",
                    window.end
                ),
                mend: Some(
                    "set a `due` inside the cycle, or plan it in the cycle that it ends in"
                        .to_owned(),
                ),
            },
            _ => met(format!("by {end}, in cycle {cycle}")),
        }
    }

    /// The pace needed beside the best on record.
    fn pace(&self, one: &Judged<'_>) -> Found {
        if one.way().is_none() {
            return missing("no measure to tell a pace from", "mend the measure first");
        }
        let Some(need) = rates::need(one, self.context.as_of) else {
            return weak(
                "the time is over".to_owned(),
                "close it, and carry over what still matters",
            );
        };
        let needed = weekly(one, need.per_day());
        let Some(best) = self.rates.best(one, need.days) else {
            return weak(
                format!("needs {needed}; nothing comparable is on record"),
                "check in, and name what it carries on: continues = \"…\"",
            );
        };
        let evidence = format!(
            "needs {needed}; the best on record is {} (`{}`)",
            weekly(one, best.per_day),
            best.held_by
        );
        if need.per_day() <= best.per_day {
            met(evidence)
        } else {
            weak(evidence, "say what makes it faster than ever before, or take a smaller step")
        }
    }
}

/// An answer before the findings are heard.
#[derive(Clone)]
struct Found {
    verdict: Verdict,
    evidence: String,
    mend: Option<String>,
}

fn met(evidence: String) -> Found {
    Found { verdict: Verdict::Met, evidence, mend: None }
}

fn weak(evidence: String, mend: &str) -> Found {
    Found { verdict: Verdict::Weak, evidence, mend: Some(mend.to_owned()) }
}

fn missing(evidence: &str, mend: &str) -> Found {
    Found { verdict: Verdict::Missing, evidence: evidence.to_owned(), mend: Some(mend.to_owned()) }
}

/// Joins what was found with the findings of the rules that serve the question: an error means
/// that it is missing, anything less that it is weak.
fn judged(question: Question, found: Found, findings: &[&Diagnostic]) -> Answer {
    let served = findings.iter().filter(|finding| question.is_served_by(finding.rule));
    let worst = served.max_by_key(|finding| finding.level);
    let verdict = match worst {
        Some(worst) if worst.level == Level::Error => Verdict::Missing,
        Some(_) => Verdict::Weak,
        None => Verdict::Met,
    };
    let Found { verdict: own, evidence, mend } = found;
    match worst {
        Some(worst) if verdict <= own => Answer {
            question,
            verdict,
            evidence: worst.message.clone(),
            mend: worst.help.clone().or(Some(format!("goals check tells more: {}", worst.rule))),
        },
        _ => Answer { question, verdict: own, evidence, mend },
    }
}

fn named(title: Option<&str>) -> Found {
    match title {
        Some(title) => met(format!("“{}”", printable(title))),
        None => {
            missing("it has no title", "say what will be true when it is reached: title = \"…\"")
        }
    }
}

fn measured(one: &Judged<'_>) -> Found {
    let unit = one.key_result.unit.as_deref().map(|unit| format!(" {}", printable(unit)));
    let unit = unit.unwrap_or_default();
    let evidence = match &one.key_result.measure {
        None => {
            return missing("no measure that can be computed", "give it a baseline and a target");
        }
        Some(Measure::Metric { baseline, target, .. }) => {
            format!("from {} to {}{unit}", number(*baseline), number(*target))
        }
        Some(Measure::Threshold { at_least, at_most, .. }) => {
            let least = at_least.map(|least| format!("at least {}", number(least)));
            let most = at_most.map(|most| format!("at most {}", number(most)));
            let bounds: Vec<String> = least.into_iter().chain(most).collect();
            format!("{}{unit}", bounds.join(" and "))
        }
        Some(Measure::Milestone(steps)) => format!("a ladder of {}", count(steps.len(), "step")),
        Some(Measure::Binary) => "done or not".to_owned(),
        Some(Measure::Baseline) => format!("a first value{unit} is known or not"),
        Some(Measure::Objectives) => "by the goals that contribute".to_owned(),
    };
    let source = one.key_result.source.as_deref();
    met(match source {
        Some(source) => format!("{evidence}, read from {}", printable(source)),
        None => evidence,
    })
}

fn owned(goal: &Goal, owner: Option<&str>) -> Found {
    let Some(owner) = owner else {
        return missing("nobody is accountable", "name the one person or team: owner = \"…\"");
    };
    let work = goal.initiatives.len();
    met(match work {
        0 => format!("owned by `{}`", printable(owner)),
        work => format!("owned by `{}`, with {}", printable(owner), count(work, "initiative")),
    })
}

fn relevant(model: &Model, goal: &Goal) -> Found {
    let name = |link: &Link| {
        let to = &model.goals[link.goal];
        let key_result = link.key_result.and_then(|at| to.key_results[at].id.as_deref());
        format!("`{}`", to.reference.with(key_result))
    };
    let names = |links: &[Link]| links.iter().map(name).collect::<Vec<_>>().join(", ");
    match (&goal.contributes_to[..], &goal.supports[..]) {
        ([], []) if goal.team.is_some() => missing(
            "it contributes to nothing and supports nothing",
            "name the larger goal that it serves: contributes_to = [\"…\"], or supports = [\"…\"]",
        ),
        ([], []) => met("a goal of the whole organisation".to_owned()),
        ([], supports) => met(format!("supports {}", names(supports))),
        (parents, _) => met(format!("contributes to {}", names(parents))),
    }
}

/// What people believe of something that has no pace.
fn believed(one: &Judged<'_>) -> Found {
    /// From this confidence on people expect to get there.
    const CONFIDENT: u8 = 7;
    match one.figures.confidence {
        Some(confidence) if confidence >= CONFIDENT => {
            met(format!("confidence {confidence} of 10"))
        }
        Some(confidence) => weak(
            format!("confidence {confidence} of 10"),
            "say what would raise it, or take a smaller step",
        ),
        None => weak(
            "it has no pace, and nobody has said how likely it is".to_owned(),
            "give a confidence with the next check-in",
        ),
    }
}
