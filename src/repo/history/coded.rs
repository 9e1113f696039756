//! The places of known commits as bytes, and back.

use super::known::KnownCommits;
use super::{Changing, Commits, Moment};
use crate::coding::{Reader, Writer};
use crate::repo::graph::Graph;

impl Commits {
    /// Writes where every commit stands, for [`KnownCommits::read`].
    pub fn write(&self, out: &mut Writer) {
        let (ids, id_bytes) = self.graph.raw_ids();
        let count = self.graph.len();
        out.size(id_bytes);
        out.size(count);
        out.raw(ids);
        let id = |at: &u32| &ids[*at as usize * id_bytes..(*at as usize + 1) * id_bytes];
        let mut by_id: Vec<u32> = (0..count as u32).collect();
        by_id.sort_unstable_by(|a, b| id(a).cmp(id(b)));
        by_id.iter().for_each(|at| out.raw(&at.to_le_bytes()));
        let (ends, parents) = self.graph.raw_parents();
        out.size(parents.len());
        for number in ends.iter().chain(parents) {
            out.raw(&number.to_le_bytes());
        }
        out.size(self.changing.len());
        for Changing { node, authored } in &self.changing {
            out.raw(&(*node as u32).to_le_bytes());
            out.raw(&authored.offset_minutes.to_le_bytes());
            out.raw(&authored.seconds.to_le_bytes());
        }
    }
}

/// How many bytes a commit takes that changed goals.
const CHANGING: usize = 16;

impl KnownCommits {
    /// Reads what was written; nothing if it was not written so.
    pub fn read(from: &mut Reader<'_>) -> Option<Self> {
        let id_bytes = from.size().filter(|bytes| matches!(bytes, 0 | 20 | 32))?;
        let count = from.count()?;
        let ids = roomy(from.raw(count.checked_mul(id_bytes)?)?.iter().copied());
        let by_id = from.raw(count.checked_mul(4)?)?.to_vec();
        let is_place = |place: &[u8; 4]| (u32::from_le_bytes(*place) as usize) < count;
        if id_bytes == 0 && count > 0 || !by_id.as_chunks().0.iter().all(is_place) {
            return None;
        }
        let links = from.count()?;
        let numbers = |from: &mut Reader<'_>, count: usize| {
            let bytes = from.raw(count.checked_mul(4)?)?.as_chunks::<4>().0;
            Some(roomy(bytes.iter().map(|number| u32::from_le_bytes(*number))))
        };
        let (ends, parents) = (numbers(from, count)?, numbers(from, links)?);
        let graph = Graph::of_raw(ids, id_bytes, ends, parents)?;
        let changing = from.count()?.checked_mul(CHANGING)?;
        let changing =
            roomy(from.raw(changing)?.as_chunks::<CHANGING>().0.iter().map(one_changing));
        let is_sound = changing.is_sorted_by(|a, b| a.node < b.node)
            && changing.last().is_none_or(|last| last.node < count);
        if !is_sound {
            return None;
        }
        Some(Self { graph, changing, by_id })
    }
}

/// Some of what was known, with room for what comes on top.
fn roomy<T>(items: impl ExactSizeIterator<Item = T>) -> Vec<T> {
    let mut all = Vec::with_capacity(items.len() + items.len() / 16);
    all.extend(items);
    all
}

fn one_changing(bytes: &[u8; CHANGING]) -> Changing {
    let [a, b, c, d, e, f, g, h, seconds @ ..] = *bytes;
    let offset_minutes = i32::from_le_bytes([e, f, g, h]);
    let authored = Moment { seconds: i64::from_le_bytes(seconds), offset_minutes };
    Changing { node: u32::from_le_bytes([a, b, c, d]) as usize, authored }
}
