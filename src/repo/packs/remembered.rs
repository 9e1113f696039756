//! The objects that were read last: others are told as the difference from them.

use std::ops::RangeInclusive;

use super::Position;
use crate::repo::objects::ObjectKind;

/// How many bytes are remembered: within these bounds, one in [`SHARE`] of a pack.
const BYTES: RangeInclusive<u64> = 4 << 20..=16 << 20;
const SHARE: u64 = 16;
/// For so many bytes there is a place for an object.
const BYTES_A_PLACE: usize = 512;
/// How many places there are at the least, once there is one.
const PLACES: usize = 256;

/// Objects one after the other, without an allocation for each.
#[derive(Default)]
pub(super) struct Remembered {
    /// How many bytes are remembered at the most, and half of them at the least.
    room: usize,
    recent: Vec<u8>,
    /// Those that were recent before these.
    earlier: Vec<u8>,
    /// How often what is recent became what was earlier.
    turn: u32,
    /// Where objects lie, each in the one place that its position names.
    places: Vec<Option<Place>>,
}

#[derive(Clone, Copy)]
struct Place {
    position: Position,
    kind: ObjectKind,
    /// The turn in which it was recent.
    turn: u32,
    start: u32,
    length: u32,
}

impl Remembered {
    /// Makes room for as much as a pack of this length wants, if there is less.
    pub(super) fn make_room(&mut self, length: u64) {
        let room = (length / SHARE).clamp(*BYTES.start(), *BYTES.end()) as usize;
        self.room = self.room.max(room);
    }

    /// Takes in an object, in the place of another if need be.
    pub(super) fn add(&mut self, position: Position, kind: ObjectKind, bytes: &[u8]) {
        if self.recent.len() + bytes.len() > self.room / 2 {
            std::mem::swap(&mut self.recent, &mut self.earlier);
            self.recent.clear();
            self.turn = self.turn.wrapping_add(1);
        }
        let (start, length) = (self.recent.len() as u32, bytes.len() as u32);
        self.recent.extend_from_slice(bytes);
        if self.places.is_empty() || self.recent.len() > self.places.len() * BYTES_A_PLACE / 2 {
            self.make_places();
        }
        let place = Place { position, kind, turn: self.turn, start, length };
        let number = self.number(position);
        self.places[number] = Some(place);
    }

    /// Doubles the number of places.
    fn make_places(&mut self) {
        let places = vec![None; (self.places.len() * 2).max(PLACES)];
        for place in std::mem::replace(&mut self.places, places).into_iter().flatten() {
            let number = self.number(place.position);
            self.places[number] = Some(place);
        }
    }

    /// An object, if it is still remembered.
    pub(super) fn get(&self, position: Position) -> Option<(ObjectKind, &[u8])> {
        let place = self.places.get(self.number(position)).copied().flatten();
        let place = place.filter(|place| place.position == position)?;
        let all = match self.turn.wrapping_sub(place.turn) {
            0 => &self.recent,
            1 => &self.earlier,
            _ => return None,
        };
        let start = place.start as usize;
        Some((place.kind, all.get(start..start + place.length as usize)?))
    }

    /// The number of the place for an object.
    fn number(&self, (pack, offset): Position) -> usize {
        let mixed = (offset ^ (pack as u64) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize % self.places.len().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The least that is remembered.
    const LEAST: usize = *BYTES.start() as usize;

    fn roomy(length: u64) -> Remembered {
        let mut remembered = Remembered::default();
        remembered.make_room(length);
        remembered
    }

    #[test]
    fn what_was_read_last_is_remembered_and_the_rest_forgotten() {
        let mut remembered = roomy(1);
        let object = |at: u64| vec![at as u8; 1000 + at as usize % 7];
        let count = 10 * (LEAST / 1000) as u64;
        for at in 0..count {
            remembered.add((1, at * 900), ObjectKind::Tree, &object(at));
            let (kind, bytes) = remembered.get((1, at * 900)).expect("just seen");
            assert!(kind == ObjectKind::Tree && bytes == object(at));
        }
        let known = |at: &u64| match remembered.get((1, at * 900)) {
            Some((_, bytes)) => {
                assert_eq!(bytes, object(*at));
                true
            }
            None => false,
        };
        let known = (0..count).filter(known).count();
        assert!((LEAST / 1000 / 4..=LEAST / 1000).contains(&known), "{known}");
        assert!(remembered.get((0, (count - 1) * 900)).is_none(), "of another pack");
    }

    #[test]
    fn an_object_without_bytes_is_remembered() {
        let mut remembered = roomy(1);
        remembered.add((0, 1), ObjectKind::Tree, b"");
        assert_eq!(remembered.get((0, 1)).map(|(_, bytes)| bytes.len()), Some(0));
    }

    #[test]
    fn an_object_larger_than_all_that_is_remembered_is_alone() {
        let mut remembered = roomy(1);
        remembered.add((0, 1), ObjectKind::Blob, b"small");
        remembered.add((0, 2), ObjectKind::Blob, &vec![7; 2 * LEAST]);
        assert_eq!(remembered.get((0, 2)).map(|(_, bytes)| bytes.len()), Some(2 * LEAST));
        remembered.add((0, 3), ObjectKind::Blob, b"other");
        assert!(remembered.get((0, 1)).is_none());
        assert_eq!(remembered.get((0, 3)), Some((ObjectKind::Blob, &b"other"[..])));
    }

    #[test]
    fn more_is_remembered_of_a_large_pack() {
        let mut remembered = roomy(u64::MAX);
        assert_eq!(remembered.room as u64, *BYTES.end());
        remembered.make_room(1);
        assert_eq!(remembered.room as u64, *BYTES.end(), "it keeps what it has");
        assert_eq!(roomy((8 * SHARE) << 20).room, 8 << 20);
    }
}
