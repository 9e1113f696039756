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
        for at in 0..count {
            let parents = self.graph.parents(at);
            out.size(parents.len());
            parents.for_each(|parent| out.size(at - parent));
        }
        out.size(self.changing.len());
        let mut before = Changing { node: 0, authored: Moment { seconds: 0, offset_minutes: 0 } };
        for one in &self.changing {
            out.size(one.node - before.node);
            out.signed(one.authored.seconds.wrapping_sub(before.authored.seconds));
            out.signed(i64::from(one.authored.offset_minutes));
            before = *one;
        }
    }
}

impl KnownCommits {
    /// Reads what was written; nothing if it was not written so.
    pub fn read(from: &mut Reader<'_>) -> Option<Self> {
        let id_bytes = from.size().filter(|bytes| matches!(bytes, 0 | 20 | 32))?;
        let count = from.count()?;
        let ids = from.raw(count.checked_mul(id_bytes)?)?.to_vec();
        let by_id = from.raw(count.checked_mul(4)?)?.to_vec();
        let is_place = |place: &[u8; 4]| (u32::from_le_bytes(*place) as usize) < count;
        if id_bytes == 0 && count > 0 || !by_id.as_chunks().0.iter().all(is_place) {
            return None;
        }
        let mut graph = Graph::of_ids(ids, id_bytes, count);
        let mut parents = Vec::new();
        for at in 0..count {
            parents.clear();
            for _ in 0..from.count()? {
                let parent = at.checked_sub(from.size()?).filter(|parent| *parent < at)?;
                parents.push(parent as u32);
            }
            graph.push_parents(parents.iter().copied());
        }
        let (mut node, mut seconds) = (0_usize, 0_i64);
        let mut is_first = true;
        let changing = from.several(|from| {
            let step = from.size()?;
            node = node.checked_add(step).filter(|node| *node < count)?;
            if step == 0 && !std::mem::take(&mut is_first) {
                return None;
            }
            is_first = false;
            seconds = seconds.wrapping_add(from.signed()?);
            let offset_minutes = i32::try_from(from.signed()?).ok()?;
            Some(Changing { node, authored: Moment { seconds, offset_minutes } })
        })?;
        Some(Self { graph, changing, by_id })
    }
}
