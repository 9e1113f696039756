//! The commits between two: what both reach, and what only one of them does.
//!
//! Both are followed back by the dates of the commits until everything that is left to look at is
//! known to both, so that a pull request costs its own commits, whatever lies behind them.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::path::Path;

use super::header::Header;
use super::history::{self, Commits, Surroundings};
use super::object::ObjectId;
use super::objects::ObjectKind;
use super::program::{Git, said};
use super::repository::Repo;
use super::unusual;
use crate::error::{Error, Kind, Result};

/// Which of the two tips reach a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Reached {
    left: bool,
    right: bool,
}

impl Reached {
    fn by_both(self) -> bool {
        self.left && self.right
    }
}

/// A commit on the way back.
struct Step {
    parents: Vec<ObjectId>,
    seconds: i64,
    reached: Reached,
    /// Whether another commit that both reach comes after it.
    behind: bool,
    /// Whether what it stands on has been looked at.
    is_followed: bool,
}

impl Step {
    /// Tells whether it could be where the two went apart.
    fn is_fork(&self) -> bool {
        self.reached.by_both() && !self.behind
    }
}

/// A commit's parents and date.
type Read<'a> = &'a mut dyn FnMut(ObjectId) -> Result<(Vec<ObjectId>, i64)>;

/// Follows two commits back to what both reach.
struct Walk<'a> {
    read: Read<'a>,
    steps: HashMap<ObjectId, Step>,
    waiting: BinaryHeap<(i64, ObjectId)>,
    /// Those waiting with something to say: not reached by both, or it is news that they are.
    open: HashSet<ObjectId>,
    /// Where the two may have gone apart.
    forks: HashSet<ObjectId>,
}

impl<'a> Walk<'a> {
    fn back(left: ObjectId, right: ObjectId, read: Read<'a>) -> Result<HashMap<ObjectId, Step>> {
        let mut walk = Self {
            read,
            steps: HashMap::new(),
            waiting: BinaryHeap::new(),
            open: HashSet::new(),
            forks: HashSet::new(),
        };
        walk.reach(left, Reached { left: true, right: false }, false)?;
        walk.reach(right, Reached { left: false, right: true }, false)?;
        while !walk.is_settled() {
            let Some((_, id)) = walk.waiting.pop() else { break };
            walk.open.remove(&id);
            let Some(step) = walk.steps.get_mut(&id) else { continue };
            step.is_followed = true;
            let (reached, parents) = (step.reached, step.parents.clone());
            for parent in parents {
                walk.reach(parent, reached, reached.by_both())?;
            }
        }
        Ok(walk.steps)
    }

    /// Tells whether nothing that is left to look at could be news: several forks may still turn
    /// out to lie behind each other.
    fn is_settled(&self) -> bool {
        self.open.is_empty() && (self.forks.len() <= 1 || self.waits_behind())
    }

    fn waits_behind(&self) -> bool {
        self.waiting.iter().all(|(_, id)| self.steps.get(id).is_none_or(|step| step.behind))
    }

    /// Notes that a commit is reached, and looks at it again if that is news.
    fn reach(&mut self, id: ObjectId, by: Reached, behind: bool) -> Result<()> {
        if !self.steps.contains_key(&id) {
            let (parents, seconds) = (self.read)(id)?;
            let (reached, behind, is_followed) = (Reached::default(), false, false);
            self.steps.insert(id, Step { parents, seconds, reached, behind, is_followed });
        }
        let Some(step) = self.steps.get_mut(&id) else { return Ok(()) };
        let now =
            Reached { left: step.reached.left || by.left, right: step.reached.right || by.right };
        if now == step.reached && (step.behind || !behind) {
            return Ok(());
        }
        (step.reached, step.behind) = (now, step.behind || behind);
        self.waiting.push((step.seconds, id));
        let is_open = !now.by_both() || step.is_followed;
        if is_open {
            self.open.insert(id)
        } else {
            self.open.remove(&id)
        };
        if step.is_fork() {
            self.forks.insert(id)
        } else {
            self.forks.remove(&id)
        };
        Ok(())
    }
}

/// How many commits the first step of deepening asks for; each further step asks for twice as many.
const FIRST_STEP: u32 = 50;
/// The largest step: beyond it a clone had better be complete.
const LAST_STEP: u32 = 51_200;

impl Repo {
    /// The last commit that both reach; of several the latest. Nothing if they have none in common.
    ///
    /// # Errors
    ///
    /// A commit cannot be read.
    pub fn merge_base(&self, left: ObjectId, right: ObjectId) -> Result<Option<ObjectId>> {
        let steps = self.back(left, right)?;
        let common = steps.iter().filter(|(_, step)| step.is_fork());
        Ok(common.map(|(id, step)| (step.seconds, *id)).max().map(|(_, id)| id))
    }

    /// The commits that `tip` reaches and `base` does not, and which of them changed files below
    /// `folder`. Those that they stand on are in the graph too, with nothing known of them.
    ///
    /// # Errors
    ///
    /// A commit or tree cannot be read.
    pub fn commits_since(&self, base: ObjectId, tip: ObjectId, folder: &str) -> Result<Commits> {
        let steps = self.back(base, tip)?;
        let own = |id: &ObjectId| steps.get(id).is_some_and(|step| !step.reached.left);
        let mut commits: Vec<ObjectId> = steps.keys().copied().filter(own).collect();
        let parents = commits.iter().filter_map(|id| steps.get(id)).flat_map(|step| &step.parents);
        let below: HashSet<ObjectId> = parents.copied().filter(|id| !own(id)).collect();
        if commits.is_empty() {
            return Ok(Commits::default());
        }
        commits.extend(&below);
        commits.sort_unstable();
        let boundary = self.boundary.iter().copied().chain(below).collect();
        let mailmap = self.mailmap(tip)?;
        let mailmap = mailmap.as_deref();
        let grafts = &self.grafts;
        let surroundings = Surroundings { mailmap, boundary: &boundary, grafts, noted: None };
        let (objects, place) = (self.objects()?, self.prefix.join(folder));
        history::walk_some(&*objects, &commits, tip, &place, folder, &surroundings)
    }

    fn back(&self, left: ObjectId, right: ObjectId) -> Result<HashMap<ObjectId, Step>> {
        let objects = self.objects()?;
        let mut read = |id: ObjectId| {
            let bytes = objects.read(ObjectKind::Commit, id)?;
            let (parents, committed) = match Header::read(&bytes) {
                Some(header) => (header.parents, header.committed),
                None => {
                    let commit = unusual::read(&bytes, id.length())?;
                    (commit.parents, commit.committed)
                }
            };
            let given = self.grafts.parents(id).map(<[ObjectId]>::to_vec);
            let is_end = self.boundary.contains(&id);
            let parents = if is_end { Vec::new() } else { given.unwrap_or(parents) };
            Ok((parents, committed.seconds))
        };
        Walk::back(left, right, &mut read)
    }
}

/// Brings more of the history of a shallow clone at `folder`, in growing steps, until `is_enough`
/// says so or there is no more.
///
/// # Errors
///
/// `git fetch` fails, or `is_enough` does.
pub fn deepen(folder: &Path, mut is_enough: impl FnMut() -> Result<bool>) -> Result<()> {
    let mut step = FIRST_STEP;
    while !is_enough()? {
        if !is_shallow(folder)? || step > LAST_STEP {
            break;
        }
        let depth = format!("--deepen={step}");
        run(folder, &["fetch", "--quiet", &depth])?;
        step *= 2;
    }
    Ok(())
}

fn is_shallow(folder: &Path) -> Result<bool> {
    Ok(run(folder, &["rev-parse", "--is-shallow-repository"])?.trim() == "true")
}

fn run(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Git::default()
        .run(folder, arguments, b"")
        .map_err(|error| Error::new(Kind::Git, error.to_string()).hint(error.hint()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let message = format!("`git {}` failed: {}", arguments.join(" "), said(&output));
    Err(Error::new(Kind::Git, message)
        .hint("see that the remote can be reached, or check out with the whole history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A history as `(commit, seconds, parents)`; the reader counts what it reads.
    fn back(history: &[(u8, i64, &[u8])], left: u8, right: u8) -> (HashMap<ObjectId, Step>, usize) {
        let id = |name: u8| ObjectId::from_bytes(&[name; 20]);
        let mut count = 0;
        let mut read = |wanted: ObjectId| {
            count += 1;
            let found = history.iter().find(|(name, ..)| id(*name) == wanted).expect("known");
            Ok((found.2.iter().map(|parent| id(*parent)).collect(), found.1))
        };
        let steps = Walk::back(id(left), id(right), &mut read).expect("readable");
        (steps, count)
    }

    fn best(steps: &HashMap<ObjectId, Step>) -> Vec<ObjectId> {
        let common = steps.iter().filter(|(_, step)| step.is_fork());
        common.map(|(id, _)| *id).collect()
    }

    #[test]
    fn a_fork_is_found_without_reading_what_lies_behind_it() {
        let mut history: Vec<(u8, i64, Vec<u8>)> = (1..100)
            .map(|at| (at, i64::from(at), if at == 1 { vec![] } else { vec![at - 1] }))
            .collect();
        history.push((200, 99, vec![90]));
        history.push((201, 100, vec![200]));
        let borrowed: Vec<(u8, i64, &[u8])> =
            history.iter().map(|(name, at, parents)| (*name, *at, &parents[..])).collect();
        let (steps, count) = back(&borrowed, 99, 201);
        assert_eq!(best(&steps), [ObjectId::from_bytes(&[90; 20])]);
        assert_eq!(count, 12, "commits were read");
    }

    #[test]
    fn one_commit_may_reach_the_other_or_be_it() {
        let history: [(u8, i64, &[u8]); 3] = [(1, 1, &[]), (2, 2, &[1]), (3, 3, &[2])];
        assert_eq!(best(&back(&history, 1, 3).0), [ObjectId::from_bytes(&[1; 20])]);
        assert_eq!(best(&back(&history, 3, 3).0), [ObjectId::from_bytes(&[3; 20])]);
    }

    #[test]
    fn clocks_that_run_backwards_do_not_hide_the_fork() {
        let history: [(u8, i64, &[u8]); 5] =
            [(1, 9, &[]), (2, 1, &[1]), (3, 8, &[2]), (4, 2, &[2]), (5, 7, &[4])];
        assert_eq!(best(&back(&history, 3, 5).0), [ObjectId::from_bytes(&[2; 20])]);
    }

    #[test]
    fn commits_without_a_common_one_have_no_fork() {
        let history: [(u8, i64, &[u8]); 2] = [(1, 1, &[]), (2, 2, &[])];
        assert_eq!(best(&back(&history, 1, 2).0), []);
    }
}
