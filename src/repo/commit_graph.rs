//! git's own note of the commits: their parents and trees in one file, so that nobody has to read them one
//! by one for that.
//!
//! It is taken as it is, like git takes it. Where there is none, or one of another make, the
//! commits themselves are read.

use std::fs;
use std::path::Path;

use super::object::ObjectId;

/// The file `objects/info/commit-graph`, of version 1. Files in a chain are not read.
pub(super) struct CommitGraph {
    bytes: Vec<u8>,
    id_bytes: usize,
    count: usize,
    /// Where the chunks begin.
    fanout: usize,
    ids: usize,
    data: usize,
    /// The chunk of third and further parents.
    edges: std::ops::Range<usize>,
}

const SIGNATURE: &[u8] = b"CGPH\x01";
const HEADER: usize = 8;
/// Stands for a parent that is not there.
const NONE: u32 = 0x7000_0000;
/// Marks a second parent that is a place among the edges, and the last of these.
const MARK: u32 = 0x8000_0000;

/// A commit's number in the file.
pub(super) type Number = u32;

impl CommitGraph {
    /// Reads that of the repository with this common folder, whose ids have `id_bytes` bytes.
    pub(super) fn of(common_dir: &Path, id_bytes: usize) -> Option<Self> {
        Self::read(fs::read(common_dir.join("objects/info/commit-graph")).ok()?, id_bytes)
    }

    fn read(bytes: Vec<u8>, id_bytes: usize) -> Option<Self> {
        let hash = match id_bytes {
            20 => 1,
            32 => 2,
            _ => return None,
        };
        let [own, chunks, bases] = *bytes.get(SIGNATURE.len()..HEADER)? else { return None };
        if !bytes.starts_with(SIGNATURE) || own != hash || bases != 0 {
            return None;
        }
        let (mut fanout, mut ids, mut data, mut edges) = (None, None, None, None);
        for chunk in 0..usize::from(chunks) {
            let entry = HEADER + chunk * 12;
            let place = |at: usize| {
                let offset = bytes.get(at + 4..at + 12)?;
                usize::try_from(u64::from_be_bytes(offset.try_into().ok()?)).ok()
            };
            let range = place(entry)?..place(entry + 12)?;
            bytes.get(range.clone())?;
            match &bytes[entry..entry + 4] {
                b"OIDF" => fanout = Some(range),
                b"OIDL" => ids = Some(range),
                b"CDAT" => data = Some(range),
                b"EDGE" => edges = Some(range),
                _ => {}
            }
        }
        let (fanout, ids, data) = (fanout?, ids?, data?);
        let count = word(&bytes, fanout.start + 255 * 4)? as usize;
        let is_whole = fanout.len() == 256 * 4
            && ids.len() == count.checked_mul(id_bytes)?
            && data.len() == count.checked_mul(id_bytes + 16)?;
        let (fanout, ids, data) = (fanout.start, ids.start, data.start);
        let edges = edges.unwrap_or_default();
        is_whole.then_some(Self { bytes, id_bytes, count, fanout, ids, data, edges })
    }

    /// How many commits it has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The number of a commit, if it is here.
    pub(super) fn find(&self, id: ObjectId) -> Option<Number> {
        let wanted = id.raw();
        let first = usize::from(*wanted.first()?);
        let up_to = |first: usize| word(&self.bytes, self.fanout + first * 4);
        let mut low = match first.checked_sub(1) {
            Some(before) => up_to(before)? as usize,
            None => 0,
        };
        let mut high = (up_to(first)? as usize).min(self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.raw(middle)?.cmp(wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle as Number),
            }
        }
        None
    }

    fn raw(&self, at: usize) -> Option<&[u8]> {
        let start = self.ids + at * self.id_bytes;
        self.bytes.get(start..start + self.id_bytes)
    }

    /// A commit's id.
    pub(super) fn id(&self, number: Number) -> Option<ObjectId> {
        self.raw(number as usize).map(ObjectId::from_bytes)
    }

    fn entry(&self, number: Number) -> usize {
        self.data + number as usize * (self.id_bytes + 16)
    }

    /// The tree of a commit's files.
    pub(super) fn tree(&self, number: Number) -> Option<ObjectId> {
        let entry = self.entry(number);
        self.bytes.get(entry..entry + self.id_bytes).map(ObjectId::from_bytes)
    }

    /// Puts the numbers of a commit's parents into `parents`; nothing if the file is damaged.
    pub(super) fn parents(&self, number: Number, parents: &mut Vec<Number>) -> Option<()> {
        parents.clear();
        let entry = self.entry(number) + self.id_bytes;
        let (first, second) = (word(&self.bytes, entry)?, word(&self.bytes, entry + 4)?);
        let mut add = |parent: u32| {
            let is_here = (parent as usize) < self.count;
            is_here.then(|| parents.push(parent))
        };
        if first != NONE {
            add(first)?;
        }
        match second {
            NONE => {}
            second if second & MARK == 0 => add(second)?,
            second => {
                let edges = self.bytes.get(self.edges.clone())?;
                for edge in edges.as_chunks::<4>().0.get((second & !MARK) as usize..)? {
                    let edge = u32::from_be_bytes(*edge);
                    add(edge & !MARK)?;
                    if edge & MARK != 0 {
                        return Some(());
                    }
                }
                return None;
            }
        }
        Some(())
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of five commits, each on all those before it.
    fn written() -> Vec<u8> {
        let count = 5_u32;
        let id = |at: u32| vec![at as u8 * 50; 20];
        let fanout: Vec<u8> = (0..256_u32)
            .flat_map(|first| {
                (0..count).filter(|at| at * 50 <= first).count().to_be_bytes()[4..].to_vec()
            })
            .collect();
        let ids: Vec<u8> = (0..count).flat_map(id).collect();
        let mut edges: Vec<u8> = Vec::new();
        let mut data: Vec<u8> = Vec::new();
        for at in 0..count {
            data.extend(vec![at as u8 + 1; 20]);
            let first = if at == 0 { NONE } else { 0 };
            let second = match at {
                0 | 1 => NONE,
                2 => 1,
                _ => MARK | (edges.len() / 4) as u32,
            };
            if at > 2 {
                for parent in 1..at {
                    let last = if parent + 1 == at { MARK } else { 0 };
                    edges.extend((parent | last).to_be_bytes());
                }
            }
            data.extend([first.to_be_bytes(), second.to_be_bytes(), [0; 4], [0; 4]].concat());
        }
        let chunks: [(&[u8; 4], &[u8]); 4] =
            [(b"OIDF", &fanout), (b"OIDL", &ids), (b"CDAT", &data), (b"EDGE", &edges)];
        let mut bytes = [SIGNATURE, &[1, chunks.len() as u8, 0]].concat();
        let mut offset = (HEADER + (chunks.len() + 1) * 12) as u64;
        for (name, chunk) in &chunks {
            bytes.extend([&name[..], &offset.to_be_bytes()].concat());
            offset += chunk.len() as u64;
        }
        bytes.extend([&[0; 4][..], &offset.to_be_bytes()].concat());
        chunks.iter().for_each(|(_, chunk)| bytes.extend(*chunk));
        bytes
    }

    #[test]
    fn parents_and_trees_are_read() {
        let graph = CommitGraph::read(written(), 20).expect("sound");
        let mut parents = Vec::new();
        for at in 0..5_u32 {
            let id = ObjectId::from_bytes(&[at as u8 * 50; 20]);
            assert_eq!((graph.find(id), graph.id(at)), (Some(at), Some(id)));
            assert_eq!(graph.tree(at), Some(ObjectId::from_bytes(&[at as u8 + 1; 20])));
            graph.parents(at, &mut parents).expect("sound");
            assert_eq!(parents, (0..at).collect::<Vec<_>>());
        }
        assert_eq!(graph.find(ObjectId::from_bytes(&[7; 20])), None);
        assert!(CommitGraph::read(written(), 32).is_none(), "of another hash");
    }

    #[test]
    fn damage_is_no_panic() {
        let sound = written();
        for at in 0..sound.len() {
            assert!(CommitGraph::read(sound[..at].to_vec(), 20).is_none(), "cut at {at}");
            for value in [0, 1, 0x7f, 0xff] {
                let mut other = sound.clone();
                other[at] = value;
                let Some(graph) = CommitGraph::read(other, 20) else { continue };
                for number in 0..graph.count() as Number {
                    let mut parents = Vec::new();
                    let _ = (graph.id(number), graph.tree(number));
                    let _ = graph.parents(number, &mut parents);
                    assert!(parents.iter().all(|parent| (*parent as usize) < graph.count()));
                }
                graph.find(ObjectId::from_bytes(&[100; 20]));
            }
        }
    }
}
