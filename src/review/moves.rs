//! What moves: the cycles, teams and goals whose figures differ, and what each difference is made
//! of.

use std::collections::BTreeMap;

use super::pairs::{Pair, Pairs};
use crate::model::GoalRef;
use crate::rollup::{Counted, Part, Status, of_cycle, of_goal, of_team};

/// What has figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// A cycle, by its id.
    Cycle(String),
    /// A team in a cycle.
    Team {
        /// The cycle's id.
        cycle: String,
        /// The team's path.
        team: String,
    },
    /// A goal.
    Goal(GoalRef),
}

/// A figure that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Whose figure it is.
    pub scope: Scope,
    /// The goal's title.
    pub title: Option<String>,
    /// Progress before, from 0 to 1; nothing where nothing counted.
    pub before: Option<f64>,
    /// Progress after.
    pub after: Option<f64>,
    /// A goal's status before and after.
    pub statuses: Option<[Status; 2]>,
    /// What the difference is made of, the largest part first. The effects add up to it.
    pub causes: Vec<Cause>,
}

impl Move {
    /// By how much progress differs; nothing where it was or is not known.
    pub fn difference(&self) -> Option<f64> {
        Some(self.after? - self.before?)
    }
}

/// The part that one member has in a difference.
///
/// With `P` the progress of the whole before, `W'` the sum of the members' weights after, and a
/// member's weight and progress `w`, `p` before and `w'`, `p'` after (a weight of 0 where it is no
/// member), its effect is
///
/// ```text
/// (w'·(p' − P) − w·(p − P)) / W'
/// ```
///
/// Since the weighted mean before is `P`, the terms `w·(p − P)` add up to 0, and since the one
/// after is `P'`, the terms `w'·(p' − P)` add up to `W'·(P' − P)`: the effects add up to `P' − P`,
/// whatever else happened. Of a member whose weight stayed it is that weight's share times the
/// difference of its progress; a member that did not change has none. One that came or left, or
/// got another weight, has moved the whole by how far it stands from where the whole stood.
///
/// What is not linear lies within a member's own progress, which is told as the rollup tells it:
/// what a clamp swallows has no effect, and a draft, a dropped goal or one in which nothing counts
/// is no member.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The member's present name: a key result or a goal.
    pub member: String,
    /// Its share before; nothing if it was no member.
    pub before: Option<Share>,
    /// Its share after; nothing if it is no member any more.
    pub after: Option<Share>,
    /// By how much it moved the whole, as a share of 1.
    pub effect: f64,
}

/// A member's weight and progress.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Its weight beside that of the other members.
    pub weight: f64,
    /// Its part in the weight of all members, from 0 to 1.
    pub part: f64,
    /// Its progress, from 0 to 1.
    pub progress: f64,
}

/// Differences below this are noise of the computation.
const NOISE: f64 = 1e-9;

/// Everything whose figures differ: cycles, teams, goals, each by size.
pub(super) fn moves(pairs: &Pairs<'_>) -> Vec<Move> {
    let mut moves = of_cycles(pairs);
    moves.extend(of_teams(pairs));
    moves.extend(pairs.all().filter_map(|pair| of_one_goal(pairs, pair)));
    let rank = |found: &Move| match found.scope {
        Scope::Cycle(_) => 0,
        Scope::Team { .. } => 1,
        Scope::Goal(_) => 2,
    };
    let size = |found: &Move| found.difference().unwrap_or_default().abs();
    moves.sort_by(|a, b| {
        rank(a).cmp(&rank(b)).then(size(b).total_cmp(&size(a))).then(a.scope.cmp(&b.scope))
    });
    moves
}

fn of_cycles(pairs: &Pairs<'_>) -> Vec<Move> {
    let (before, after) = (pairs.before, pairs.after);
    let both = after.rollup.cycles.iter().filter_map(|later| {
        let earlier = before.rollup.cycles.iter().find(|earlier| earlier.id == later.id)?;
        differ(earlier.progress, later.progress).then(|| Move {
            scope: Scope::Cycle(later.id.clone()),
            title: None,
            before: earlier.progress,
            after: later.progress,
            statuses: None,
            causes: causes(
                earlier.progress,
                earlier_members(pairs, None, of_cycle(before.model, before.rollup, &later.id)),
                later_members(pairs, None, of_cycle(after.model, after.rollup, &later.id)),
            ),
        })
    });
    both.collect()
}

fn of_teams(pairs: &Pairs<'_>) -> Vec<Move> {
    let (before, after) = (pairs.before, pairs.after);
    let known: BTreeMap<(&str, &str), Option<f64>> = before
        .rollup
        .teams
        .iter()
        .map(|team| ((team.cycle.as_str(), team.id.as_str()), team.progress))
        .collect();
    let both = after.rollup.teams.iter().filter_map(|later| {
        let (cycle, team) = (later.cycle.as_str(), later.id.as_str());
        let earlier = *known.get(&(cycle, team))?;
        differ(earlier, later.progress).then(|| Move {
            scope: Scope::Team { cycle: cycle.to_owned(), team: team.to_owned() },
            title: None,
            before: earlier,
            after: later.progress,
            statuses: None,
            causes: causes(
                earlier,
                earlier_members(pairs, None, of_team(before.model, before.rollup, cycle, team)),
                later_members(pairs, None, of_team(after.model, after.rollup, cycle, team)),
            ),
        })
    });
    both.collect()
}

fn of_one_goal(pairs: &Pairs<'_>, pair: Pair) -> Option<Move> {
    let (before, after) = (pairs.before, pairs.after);
    let (old, new) = (&before.rollup.goals[pair.before], &after.rollup.goals[pair.after]);
    if !differ(old.progress, new.progress) && old.status == new.status {
        return None;
    }
    let goal = &after.model.goals[pair.after];
    let members = |side: &super::Side<'_>, at| of_goal(side.model, side.rollup, at);
    Some(Move {
        scope: Scope::Goal(goal.reference.clone()),
        title: Some(goal.title.clone()),
        before: old.progress,
        after: new.progress,
        statuses: Some([old.status, new.status]),
        causes: causes(
            old.progress,
            earlier_members(pairs, Some(pair.before), members(before, pair.before)),
            later_members(pairs, Some(pair.after), members(after, pair.after)),
        ),
    })
}

fn differ(before: Option<f64>, after: Option<f64>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => (after - before).abs() > NOISE,
        (before, after) => before.is_some() != after.is_some(),
    }
}

type Members = BTreeMap<String, Share>;

/// Members of the side before, by their present names; `of` is the goal whose key results are
/// meant.
fn earlier_members(pairs: &Pairs<'_>, of: Option<usize>, members: Vec<Counted>) -> Members {
    let goals = &pairs.before.model.goals;
    named(members, |part| match (part, of) {
        (Part::Goal(at), _) => pairs.present(&goals[at].reference, None),
        (Part::KeyResult(at), Some(goal)) => {
            pairs.present(&goals[goal].reference, goals[goal].key_results[at].id.as_deref())
        }
        (Part::KeyResult(_), None) => unreachable!("only a goal has key results"),
    })
}

/// Members of the side after.
fn later_members(pairs: &Pairs<'_>, of: Option<usize>, members: Vec<Counted>) -> Members {
    let goals = &pairs.after.model.goals;
    named(members, |part| match (part, of) {
        (Part::Goal(at), _) => goals[at].reference.to_string(),
        (Part::KeyResult(at), Some(goal)) => {
            goals[goal].reference.with(goals[goal].key_results[at].id.as_deref())
        }
        (Part::KeyResult(_), None) => unreachable!("only a goal has key results"),
    })
}

fn named(members: Vec<Counted>, name: impl Fn(Part) -> String) -> Members {
    let all: f64 = members.iter().map(|member| member.weight).sum();
    let share = |Counted { weight, progress, .. }: &Counted| Share {
        weight: *weight,
        part: weight / all,
        progress: *progress,
    };
    members.iter().map(|member| (name(member.part), share(member))).collect()
}

/// What each member has to do with the difference, the largest effect first; see [`Cause`].
fn causes(whole: Option<f64>, before: Members, after: Members) -> Vec<Cause> {
    let Some(whole) = whole else { return Vec::new() };
    let weights: f64 = after.values().map(|share| share.weight).sum();
    if weights <= 0.0 {
        return Vec::new();
    }
    let pull =
        |share: Option<&Share>| share.map_or(0.0, |share| share.weight * (share.progress - whole));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut causes: Vec<Cause> = names
        .into_iter()
        .map(|name| {
            let (old, new) = (before.get(name), after.get(name));
            let effect = match (old, new) {
                // The same numbers need no rounding to cancel out.
                (Some(old), Some(new)) if old.weight == new.weight => {
                    new.weight * (new.progress - old.progress) / weights
                }
                _ => (pull(new) - pull(old)) / weights,
            };
            Cause { member: name.clone(), before: old.copied(), after: new.copied(), effect }
        })
        .filter(|cause| cause.effect != 0.0)
        .collect();
    causes.sort_by(|a, b| {
        b.effect.abs().total_cmp(&a.effect.abs()).then_with(|| a.member.cmp(&b.member))
    });
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(all: &[(&str, f64, f64)]) -> Members {
        let share = |weight, progress| Share { weight, part: 0.0, progress };
        all.iter().map(|(name, w, p)| ((*name).to_owned(), share(*w, *p))).collect()
    }

    fn mean(members: &Members) -> Option<f64> {
        let weights: f64 = members.values().map(|share| share.weight).sum();
        let sum: f64 = members.values().map(|share| share.weight * share.progress).sum();
        (weights > 0.0).then(|| sum / weights)
    }

    fn told(before: &[(&str, f64, f64)], after: &[(&str, f64, f64)]) -> Vec<(String, f64)> {
        let (before, after) = (members(before), members(after));
        let causes = causes(mean(&before), before, after);
        causes.into_iter().map(|cause| (cause.member, cause.effect)).collect()
    }

    #[test]
    fn a_member_that_moved_counts_by_its_weight_and_the_others_not_at_all() {
        let found = told(&[("a", 1.0, 0.0), ("b", 3.0, 0.5)], &[("a", 1.0, 0.8), ("b", 3.0, 0.5)]);
        assert_eq!(found, [("a".to_owned(), 0.2)]);
    }

    #[test]
    fn one_that_comes_or_leaves_moves_the_whole_towards_itself() {
        let one = [("a", 1.0, 0.5)];
        let two = [("a", 1.0, 0.5), ("b", 1.0, 0.0)];
        assert_eq!(told(&one, &two), [("b".to_owned(), -0.25)]);
        assert_eq!(told(&two, &one), [("b".to_owned(), 0.25)]);
    }

    #[test]
    fn another_weight_is_the_doing_of_the_member_that_got_it() {
        let found = told(&[("a", 1.0, 1.0), ("b", 1.0, 0.0)], &[("a", 3.0, 1.0), ("b", 1.0, 0.0)]);
        assert_eq!(found, [("a".to_owned(), 0.25)]);
    }

    fn some_members() -> impl Strategy<Value = Members> {
        let share = (0.01..9.0f64, 0.0..=1.0f64);
        let share = share.prop_map(|(weight, progress)| Share { weight, part: 0.0, progress });
        proptest::collection::btree_map("[a-f]", share, 1..7)
    }

    proptest! {
        #[test]
        fn effects_add_up_to_the_difference(before in some_members(), after in some_members()) {
            let difference = mean(&after).zip(mean(&before)).map(|(after, before)| after - before);
            let found = causes(mean(&before), before, after);
            let sum: f64 = found.iter().map(|cause| cause.effect).sum();
            prop_assert!((sum - difference.unwrap_or_default()).abs() < 1e-12);
            prop_assert!(found.is_sorted_by(|a, b| a.effect.abs() >= b.effect.abs()));
        }
    }
}
