//! A graph of commits among bytes that were kept. Of a few commits only their blocks are read; once many
//! were asked for, the parents of all.

use std::cmp::Ordering::{Greater, Less};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::Graph;
use crate::coding::{Reader, Writer};
use crate::repo::kept_bytes::KeptBytes;
use crate::repo::kept_table::Table;
use crate::repo::object::ObjectId;
use crate::repo::spread;

/// Commits that were kept; the last of them reaches all.
#[derive(Debug, Default)]
pub(in crate::repo) struct KeptGraph {
    ids: Table,
    /// Where each commit's parents end among all.
    ends: Table,
    parents: Table,
    /// The first bytes of each id with its position, in the order of the ids.
    by_id: Table,
    asked: AtomicUsize,
    whole: OnceLock<Option<Whole>>,
}

/// The parents of all.
#[derive(Debug)]
struct Whole {
    ends: Vec<u32>,
    parents: Vec<u32>,
}

/// The parents of so many commits are sooner read one by one than those of all.
const FEW: usize = 2000;

/// As many bytes of an id tell nearly all apart.
const START: usize = 8;

impl KeptGraph {
    /// How many commits there are.
    pub(in crate::repo) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The id of the commit at a position.
    pub(in crate::repo) fn id(&self, at: usize) -> ObjectId {
        let id = self.ids.bytes().made(self.ids.get(at));
        id.map_or(ObjectId::from_bytes(&[0; 20]), |id| ObjectId::from_bytes(&id))
    }

    /// The positions of its parents, all of which come before it.
    pub(in crate::repo) fn parents(&self, at: usize) -> Vec<u32> {
        let parents = self.read_parents(at);
        let parents = parents.filter(|all| all.iter().all(|parent| (*parent as usize) < at));
        self.parents.bytes().made(parents).unwrap_or_default()
    }

    fn read_parents(&self, at: usize) -> Option<Vec<u32>> {
        if let Some(whole) = self.whole() {
            let end = |at: usize| whole.ends.get(at).map(|end| *end as usize);
            let start = at.checked_sub(1).map_or(Some(0), end)?;
            return whole.parents.get(start..end(at)?).map(<[u32]>::to_vec);
        }
        let (start, end) = match at.checked_sub(1) {
            None => (0, self.ends.number(0)?),
            Some(before) => match self.ends.numbers(before..at + 1)?[..] {
                [start, end] => (start as usize, end as usize),
                _ => return None,
            },
        };
        self.parents.numbers(start..end)
    }

    fn whole(&self) -> Option<&Whole> {
        if self.whole.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return None;
        }
        let read = || {
            let all = |table: &Table| table.numbers(0..table.len());
            Some(Whole { ends: all(&self.ends)?, parents: all(&self.parents)? })
        };
        self.whole.get_or_init(read).as_ref()
    }

    /// The position of a commit, if it is among them.
    pub(in crate::repo) fn position(&self, id: ObjectId) -> Option<usize> {
        let last = self.len().checked_sub(1)?;
        if self.id(last) == id {
            return Some(last);
        }
        let wanted = u64::from_be_bytes(*id.raw().first_chunk()?);
        let mut place = self.place(wanted)?;
        loop {
            let (start, position) = self.placed(place)?;
            match position {
                _ if start != wanted => return None,
                position if self.id(position) == id => return Some(position),
                _ => place += 1,
            }
        }
    }

    /// The first place by id with this beginning or a later one; nothing if bytes are damaged.
    fn place(&self, wanted: u64) -> Option<usize> {
        let compare = |at: usize| {
            let (start, _) = self.placed(at)?;
            // Of several that begin so the first is wanted.
            Some(if start < wanted { Less } else { Greater })
        };
        spread::search(wanted, 0..self.by_id.len(), compare)?.err()
    }

    /// What stands at a place by id: how an id begins, and the position of its commit; nothing behind the
    /// last.
    fn placed(&self, place: usize) -> Option<(u64, usize)> {
        if place >= self.by_id.len() {
            return None;
        }
        let read = || {
            let entry = self.by_id.get(place)?;
            let (start, position) = entry.split_first_chunk::<START>()?;
            let position = u32::from_le_bytes(position.try_into().ok()?) as usize;
            (position < self.len()).then_some((u64::from_be_bytes(*start), position))
        };
        self.by_id.bytes().made(read())
    }

    /// Reads what [`Graph::write`] wrote; nothing if it was not written so.
    pub(in crate::repo) fn read(
        bytes: &Arc<KeptBytes>,
        head: &mut Reader<'_>,
        start: &mut usize,
    ) -> Option<Self> {
        let id_bytes = head.size().filter(|bytes| matches!(bytes, 0 | 20 | 32))?;
        let (count, links) = (head.size()?, head.size()?);
        let mut table = |width, count| Table::at(bytes, start, width, count);
        let graph = Self {
            ids: table(id_bytes, count)?,
            ends: table(size_of::<u32>(), count)?,
            parents: table(size_of::<u32>(), links)?,
            by_id: table(START + size_of::<u32>(), count)?,
            asked: AtomicUsize::default(),
            whole: OnceLock::new(),
        };
        (id_bytes > 0 || count == 0).then_some(graph)
    }
}

impl Graph {
    /// Writes which commits stand on which: how much there is to `head`, and the rest to where it is read
    /// when somebody asks for it.
    pub(in crate::repo) fn write(&self, head: &mut Writer, rest: &mut Writer) {
        let ids: Vec<ObjectId> = (0..self.len()).map(|at| self.id(at)).collect();
        let (mut ends, mut parents, mut links) = (Writer::default(), Writer::default(), 0_u32);
        for at in 0..self.len() {
            for parent in self.parents(at) {
                parents.raw(&(parent as u32).to_le_bytes());
                links += 1;
            }
            ends.raw(&links.to_le_bytes());
        }
        let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
        by_id.sort_unstable_by_key(|at| ids[*at as usize]);
        head.size(ids.first().map_or(0, ObjectId::length));
        head.size(ids.len());
        head.size(links as usize);
        ids.iter().for_each(|id| rest.raw(id.raw()));
        rest.raw(&ends.into_bytes());
        rest.raw(&parents.into_bytes());
        for at in by_id {
            rest.raw(&ids[at as usize].raw()[..START]);
            rest.raw(&at.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id; every third begins like the one before it.
    fn id(at: usize) -> ObjectId {
        let start = (at - usize::from(at % 3 == 2)) as u64;
        let start = start.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        ObjectId::from_bytes(&[&start[..], &[at as u8; 12]].concat())
    }

    /// Some commits, each on the one before it; merges, and commits that begin anew.
    fn graph(count: usize) -> Graph {
        let mut graph = Graph::default();
        for at in 0..count {
            let parents = match at % 10 {
                0 => Vec::new(),
                5 => vec![at - 1, at / 2, 0],
                _ => vec![at - 1],
            };
            graph.push(id(at), parents.into_iter(), false);
        }
        graph
    }

    fn kept(graph: &Graph, damage: impl FnOnce(&mut [u8])) -> (Arc<KeptBytes>, Arc<KeptGraph>) {
        let (mut head, mut rest) = (Writer::default(), Writer::default());
        graph.write(&mut head, &mut rest);
        let mut bytes = rest.into_bytes();
        damage(&mut bytes);
        let (bytes, head) = (Arc::new(KeptBytes::from(bytes)), head.into_bytes());
        let mut start = 0;
        let kept = KeptGraph::read(&bytes, &mut Reader::new(&head), &mut start).expect("sound");
        assert_eq!(start, bytes.len());
        (bytes, Arc::new(kept))
    }

    #[test]
    fn what_was_kept_is_told_as_it_was_and_found_by_its_id() {
        for count in [0, 1, 2, 100, FEW + 500] {
            let graph = graph(count);
            let (bytes, kept) = kept(&graph, |_| ());
            assert_eq!(Graph::on(Arc::clone(&kept), count), graph);
            for at in 0..count {
                assert_eq!(kept.position(id(at)), Some(at), "of {count}");
            }
            for at in count..count + 50 {
                assert_eq!(kept.position(id(at)), None, "of {count}");
            }
            assert_eq!(kept.whole.get().is_some(), count > FEW, "all are read for many");
            assert!(!bytes.is_damaged());
        }
    }

    #[test]
    fn no_commit_stands_on_a_later_one_whatever_the_bytes_say() {
        let count = FEW + 500;
        let first_parents = count * (20 + 4);
        let whole = graph(count);
        let (bytes, kept) = kept(&whole, |bytes| bytes[first_parents..][..4000].fill(0xff));
        let graph = Graph::on(kept, count);
        for _ in 0..2 {
            let is_before = |at: usize| graph.parents(at).all(|parent| parent < at);
            assert!((0..count).all(is_before));
        }
        assert!(bytes.is_damaged());
    }
}
