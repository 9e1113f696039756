//! One walk of the history: every commit once, with what it changed below the plans' folder.
//!
//! Trees are compared by their ids and entered only where these differ, so a commit that leaves
//! the plans alone costs one look. The text of a file is read once, in however many commits it is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use git2::{Mailmap, ObjectType, Oid, Repository, Signature};

use super::object::ObjectId;
use super::open::{Entered, failed};
use super::snapshot::{Content, MAX_FILE_BYTES};
use crate::error::Result;

/// The commits that a tip reaches.
#[derive(Debug, Default)]
pub struct Commits {
    /// Every commit, parents before children; among those that could come next, the one with the
    /// earliest author date.
    pub graph: Vec<Node>,
    /// Those that changed a file below the plans' folder, in the same order.
    pub changing: Vec<Commit>,
    /// The text of every file named in a change, as far as it is text.
    pub texts: HashMap<ObjectId, Arc<str>>,
}

/// A commit's place in the graph.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Positions of the parents.
    pub parents: Vec<usize>,
    /// Its position among the changing commits, if it is one.
    pub changing: Option<usize>,
    /// Whether a shallow clone ends here: what its parents held is not known.
    pub boundary: bool,
}

/// A commit that changed files below the plans' folder.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its position in the graph.
    pub node: usize,
    /// The author's name, by the mailmap.
    pub author: String,
    /// The author's e-mail address, by the mailmap.
    pub email: String,
    /// When it was written.
    pub authored: Moment,
    /// When it was committed.
    pub committed: Moment,
    /// The first line of its message.
    pub subject: String,
    /// Whether it carries a signature; nothing is said about whose.
    pub signed: bool,
    /// What it changed against any of its parents, by path.
    pub changes: Vec<Change>,
}

/// A file that differs from at least one parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path from the workspace's root.
    pub path: String,
    /// The file in the commit; nothing if it is gone.
    pub new: Option<ObjectId>,
    /// The file in each parent.
    pub old: Vec<Option<ObjectId>>,
}

/// A point in time with the offset of whoever wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl Moment {
    /// The civil date and time on the writer's own clock.
    pub fn local(self) -> jiff::civil::DateTime {
        let seconds = self.seconds.saturating_add(i64::from(self.offset_minutes) * 60);
        let clamped =
            seconds.clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        let timestamp =
            jiff::Timestamp::from_second(clamped).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::Offset::UTC.to_datetime(timestamp)
    }

    /// The date on the writer's own calendar.
    pub fn date(self) -> crate::date::Date {
        self.local().date()
    }
}

impl std::fmt::Display for Moment {
    /// `2026-10-05T09:00:00+02:00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, minutes) = if self.offset_minutes < 0 {
            ('-', -self.offset_minutes)
        } else {
            ('+', self.offset_minutes)
        };
        write!(f, "{}{sign}{:02}:{:02}", self.local(), minutes / 60, minutes % 60)
    }
}

/// Walks all that `tip` reaches. `place` is the plans' folder from the repository's top, `folder`
/// the same from the workspace's root, as paths are told.
pub(super) fn walk(
    git: &Repository,
    tip: Oid,
    place: &Path,
    folder: &str,
    mailmap: Option<&str>,
    boundary: &HashSet<ObjectId>,
) -> Result<Commits> {
    let order = sorted(git, tip, boundary)?;
    let mailmap = mailmap.and_then(|text| Mailmap::from_buffer(text).ok());
    let mut walk =
        Walk { git, place, folder, mailmap, trees: Vec::new(), commits: Commits::default() };
    for (node, oid) in order {
        walk.visit(node, oid)?;
    }
    walk.read_texts()?;
    Ok(walk.commits)
}

/// Every commit with its parents' positions, parents first; among those that could come next, the
/// earliest author date and then the smallest id.
fn sorted(git: &Repository, tip: Oid, boundary: &HashSet<ObjectId>) -> Result<Vec<(Node, Oid)>> {
    let (commits, found) = reached(git, tip, boundary)?;
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); commits.len()];
    let mut waiting: Vec<usize> = vec![0; commits.len()];
    for (at, (_, _, parents)) in commits.iter().enumerate() {
        for parent in parents.iter().filter_map(|parent| found.get(parent)) {
            children[*parent].push(at);
            waiting[at] += 1;
        }
    }
    let key = |at: usize| Reverse((commits[at].1, ObjectId::from(commits[at].0), at));
    let mut ready: BinaryHeap<_> =
        (0..commits.len()).filter(|at| waiting[*at] == 0).map(key).collect();
    let mut position: Vec<usize> = vec![0; commits.len()];
    let mut order = Vec::with_capacity(commits.len());
    while let Some(Reverse((_, id, at))) = ready.pop() {
        position[at] = order.len();
        let parents = commits[at]
            .2
            .iter()
            .filter_map(|parent| found.get(parent))
            .map(|at| position[*at])
            .collect();
        order.push((
            Node { parents, changing: None, boundary: boundary.contains(&id) },
            commits[at].0,
        ));
        for &child in &children[at] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(key(child));
            }
        }
    }
    Ok(order)
}

/// A commit, when it was written, and its parents.
type Reached = (Oid, i64, Vec<ObjectId>);

/// Every commit that `tip` reaches, in no order, and the position of each.
///
/// libgit2's own walk does not know the boundary of a shallow clone in a working tree linked to it.
fn reached(
    git: &Repository,
    tip: Oid,
    boundary: &HashSet<ObjectId>,
) -> Result<(Vec<Reached>, HashMap<ObjectId, usize>)> {
    let mut found: HashMap<ObjectId, usize> = HashMap::from([(tip.into(), 0)]);
    let mut waiting = vec![tip];
    let mut commits: Vec<Reached> = Vec::new();
    while let Some(oid) = waiting.pop() {
        let commit = git.find_commit(oid).map_err(|error| failed("read a commit", &error))?;
        let mut parents = Vec::new();
        if !boundary.contains(&oid.into()) {
            for parent in commit.parent_ids() {
                parents.push(parent.into());
                found.entry(parent.into()).or_insert_with(|| {
                    waiting.push(parent);
                    usize::MAX
                });
            }
        }
        found.insert(oid.into(), commits.len());
        commits.push((oid, commit.author().when().seconds(), parents));
    }
    Ok((commits, found))
}

/// Paths that differ between two trees: the new file and the old.
type Difference = BTreeMap<String, (Option<Oid>, Option<Oid>)>;

/// What was found in a comparison of two trees, and how many folders it has entered.
#[derive(Default)]
struct Comparison {
    difference: Difference,
    entered: Entered,
}

struct Walk<'a> {
    git: &'a Repository,
    place: &'a Path,
    folder: &'a str,
    mailmap: Option<Mailmap>,
    /// The plans' folder in each commit of the graph.
    trees: Vec<Option<Oid>>,
    commits: Commits,
}

impl Walk<'_> {
    fn visit(&mut self, mut node: Node, oid: Oid) -> Result<()> {
        let commit = self.git.find_commit(oid).map_err(|error| failed("read a commit", &error))?;
        let tree = self.folder_in(&commit)?;
        let at = self.commits.graph.len();
        let differs = match node.parents[..] {
            [] => tree.is_some(),
            _ => node.parents.iter().any(|parent| self.trees[*parent] != tree),
        };
        if differs && !node.boundary {
            let changes = self.changes(tree, &node.parents)?;
            if !changes.is_empty() {
                node.changing = Some(self.commits.changing.len());
                let commit = self.commit(&commit, at, changes);
                self.commits.changing.push(commit);
            }
        }
        self.trees.push(tree);
        self.commits.graph.push(node);
        Ok(())
    }

    /// The id of the plans' folder in a commit.
    fn folder_in(&self, commit: &git2::Commit<'_>) -> Result<Option<Oid>> {
        let root = commit.tree().map_err(|error| failed("read a tree", &error))?;
        match root.get_path(self.place) {
            Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(Some(entry.id())),
            Ok(_) => Ok(None),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed("read a tree", &error)),
        }
    }

    /// What differs from any parent; of a first commit, everything.
    fn changes(&self, tree: Option<Oid>, parents: &[usize]) -> Result<Vec<Change>> {
        let against = |old: Option<Oid>| -> Result<Difference> {
            let mut comparison = Comparison::default();
            self.compare(tree, old, self.folder, &mut comparison)?;
            Ok(comparison.difference)
        };
        if parents.is_empty() {
            let all = against(None)?;
            return Ok(all
                .into_iter()
                .map(|(path, (new, _))| change(path, new, Vec::new()))
                .collect());
        }
        let differences: Vec<Difference> =
            parents.iter().map(|parent| against(self.trees[*parent])).collect::<Result<_>>()?;
        let mut paths: BTreeMap<&String, Option<Oid>> = BTreeMap::new();
        for difference in &differences {
            paths.extend(difference.iter().map(|(path, (new, _))| (path, *new)));
        }
        let old = |path: &String, new: Option<Oid>| {
            differences.iter().map(|one| one.get(path).map_or(new, |(_, old)| *old)).collect()
        };
        Ok(paths.into_iter().map(|(path, new)| change(path.clone(), new, old(path, new))).collect())
    }

    /// Collects the TOML files that differ between two trees.
    fn compare(
        &self,
        new: Option<Oid>,
        old: Option<Oid>,
        path: &str,
        found: &mut Comparison,
    ) -> Result<()> {
        if new == old {
            return Ok(());
        }
        found.entered.one_more(path)?;
        let (new, old) = (self.entries(new)?, self.entries(old)?);
        let names: std::collections::BTreeSet<&Vec<u8>> = new.keys().chain(old.keys()).collect();
        for name in names {
            let (left, right) = (new.get(name).copied(), old.get(name).copied());
            if left == right || name.starts_with(b".") {
                continue;
            }
            let path = format!("{path}/{}", String::from_utf8_lossy(name));
            let of = |entry: Option<(Oid, ObjectType)>, kind| {
                entry.filter(|(_, k)| *k == kind).map(|(oid, _)| oid)
            };
            self.compare(of(left, ObjectType::Tree), of(right, ObjectType::Tree), &path, found)?;
            let (left, right) = (of(left, ObjectType::Blob), of(right, ObjectType::Blob));
            if left != right && path.ends_with(".toml") {
                found.difference.insert(path, (left, right));
            }
        }
        Ok(())
    }

    fn entries(&self, tree: Option<Oid>) -> Result<BTreeMap<Vec<u8>, (Oid, ObjectType)>> {
        let Some(oid) = tree else { return Ok(BTreeMap::new()) };
        let tree = self.git.find_tree(oid).map_err(|error| failed("read a tree", &error))?;
        let plain = |entry: &git2::TreeEntry<'_>| entry.filemode() != 0o120_000;
        Ok(tree
            .iter()
            .filter(plain)
            .filter_map(|entry| Some((entry.name_bytes().to_vec(), (entry.id(), entry.kind()?))))
            .collect())
    }

    fn commit(&self, commit: &git2::Commit<'_>, node: usize, changes: Vec<Change>) -> Commit {
        let (author, email) = self.person(&commit.author());
        let moment = |time: git2::Time| Moment {
            seconds: time.seconds(),
            offset_minutes: time.offset_minutes(),
        };
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        Commit {
            id: commit.id().into(),
            node,
            author,
            email,
            authored: moment(commit.author().when()),
            committed: moment(commit.committer().when()),
            subject: message.trim_start().lines().next().unwrap_or_default().trim().to_owned(),
            signed: ["gpgsig", "gpgsig-sha256"]
                .iter()
                .any(|field| commit.header_field_bytes(field).is_ok()),
            changes,
        }
    }

    fn person(&self, signature: &Signature<'_>) -> (String, String) {
        let mapped =
            self.mailmap.as_ref().and_then(|mailmap| mailmap.resolve_signature(signature).ok());
        let signature = mapped.as_ref().unwrap_or(signature);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(signature.name_bytes()), text(signature.email_bytes()))
    }

    /// Reads each file of the changes once.
    fn read_texts(&mut self) -> Result<()> {
        let wanted: HashSet<ObjectId> = self
            .commits
            .changing
            .iter()
            .flat_map(|commit| &commit.changes)
            .flat_map(|change| change.new.into_iter().chain(change.old.iter().copied().flatten()))
            .collect();
        let odb = self.git.odb().map_err(|error| failed("read the objects", &error))?;
        for id in wanted {
            let oid = id.to_git()?;
            let (size, _) = odb.read_header(oid).map_err(|error| failed("read a file", &error))?;
            if size as u64 > MAX_FILE_BYTES {
                continue;
            }
            let object = odb.read(oid).map_err(|error| failed("read a file", &error))?;
            if let Content::Text(text) = Content::from_bytes(object.data().to_vec()) {
                self.commits.texts.insert(id, text);
            }
        }
        Ok(())
    }
}

fn change(path: String, new: Option<Oid>, old: Vec<Option<Oid>>) -> Change {
    let id = |oid: Option<Oid>| oid.map(ObjectId::from);
    Change { path, new: id(new), old: old.into_iter().map(id).collect() }
}
