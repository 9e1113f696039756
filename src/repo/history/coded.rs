//! Commits as bytes, and back.

use super::{Change, Commit, Commits, Key, Moment, Node};
use crate::coding::{Names, Reader, Writer};
use crate::repo::object::ObjectId;

/// So many commits at the most are made room for before they are read.
const MOST_AT_ONCE: usize = 1 << 16;

impl Commits {
    /// Writes everything.
    pub fn write(&self, out: &mut Writer) {
        let id_bytes = self.keys.first().map_or(0, |key| key.id.length());
        let mut names = Names::default();
        let mut body = Writer::default();
        body.size(self.graph.len());
        for (at, (node, key)) in self.graph.iter().zip(&self.keys).enumerate() {
            body.raw(key.id.raw());
            body.signed(key.authored);
            body.size(node.parents.len());
            node.parents.iter().for_each(|parent| body.size(at - parent));
            body.flag(node.changing.is_some());
        }
        for commit in &self.changing {
            commit.write(&mut names, &mut body);
        }
        out.size(id_bytes);
        names.write(out);
        out.raw(&body.into_bytes());
    }

    /// Reads what was written; nothing if it was not written so.
    pub fn read(from: &mut Reader<'_>) -> Option<Self> {
        let id_bytes = from.size().filter(|bytes| matches!(bytes, 0 | 20 | 32))?;
        let names = from.names()?;
        let count = from.count()?;
        let mut commits = Self::default();
        let mut nodes = Vec::new();
        commits.keys.reserve(count.min(MOST_AT_ONCE));
        commits.graph.reserve(count.min(MOST_AT_ONCE));
        for at in 0..count {
            let id = ObjectId::from_bytes(from.raw(id_bytes)?);
            commits.keys.push(Key { authored: from.signed()?, id });
            let back =
                |from: &mut Reader<'_>| at.checked_sub(from.size()?).filter(|parent| *parent < at);
            let parents = from.several(back)?;
            let changing = from.flag()?.then(|| {
                nodes.push(at);
                nodes.len() - 1
            });
            commits.graph.push(Node { parents, changing, boundary: false });
        }
        commits.changing.reserve(nodes.len());
        for node in nodes {
            let parents = commits.graph[node].parents.len();
            let key = commits.keys[node];
            commits.changing.push(Commit::read(from, &names, key, node, parents)?);
        }
        Some(commits)
    }
}

impl Commit {
    fn write<'a>(&'a self, names: &mut Names<'a>, out: &mut Writer) {
        out.size(names.number(&self.author));
        out.size(names.number(&self.email));
        out.signed(i64::from(self.authored.offset_minutes));
        out.signed(self.committed.seconds.wrapping_sub(self.authored.seconds));
        out.signed(i64::from(self.committed.offset_minutes));
        out.text(&self.subject);
        out.flag(self.signed);
        out.size(self.changes.len());
        for change in &self.changes {
            out.size(names.number(&change.path));
            out.maybe(change.new, |out, id| out.raw(id.raw()));
            for old in &change.old {
                out.maybe(*old, |out, id| out.raw(id.raw()));
            }
        }
    }

    fn read(
        from: &mut Reader<'_>,
        names: &[&str],
        key: Key,
        node: usize,
        parents: usize,
    ) -> Option<Self> {
        let name = |from: &mut Reader<'_>| Some((*names.get(from.size()?)?).to_owned());
        let (author, email) = (name(from)?, name(from)?);
        let minutes = |from: &mut Reader<'_>| i32::try_from(from.signed()?).ok();
        let authored = Moment { seconds: key.authored, offset_minutes: minutes(from)? };
        let committed = Moment {
            seconds: from.signed()?.wrapping_add(authored.seconds),
            offset_minutes: minutes(from)?,
        };
        let (subject, signed) = (from.text()?.to_owned(), from.flag()?);
        let text = |from: &mut Reader<'_>| {
            from.maybe(|from| Some(ObjectId::from_bytes(from.raw(key.id.length())?)))
        };
        let changes = from.several(|from| {
            let (path, new) = (name(from)?, text(from)?);
            let old = (0..parents).map(|_| text(from)).collect::<Option<_>>()?;
            Some(Change { path, new, old })
        })?;
        let id = key.id;
        Some(Self { id, node, author, email, authored, committed, subject, signed, changes })
    }
}
