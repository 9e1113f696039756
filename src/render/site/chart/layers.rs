//! Where the boxes of a graph lie: what is above stands above, in layers, and parts that hang together stand together.
//!
//! The layers and the order within each are those of Sugiyama's method, by the library `rust-sugiyama`. What it leaves
//! open is settled here: parts are laid out one by one and set side by side, boxes of a layer are kept apart, and what
//! hangs together with nothing comes last, in rows.

use std::collections::BTreeMap;

use rust_sugiyama::configure::Config;

/// The room that a box takes, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// Its width.
    pub(super) width: f64,
    /// Its height.
    pub(super) height: f64,
    /// The room beside it.
    pub(super) beside: f64,
    /// The room below it.
    pub(super) below: f64,
    /// The width within which parts are set side by side.
    pub(super) line: f64,
}

/// Where boxes lie.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layers {
    /// The left upper corner of each box.
    pub(super) corners: Vec<(f64, f64)>,
    /// How wide all of it is.
    pub(super) width: f64,
    /// How high all of it is.
    pub(super) height: f64,
    /// Where the rows begin of what hangs together with nothing, if there are any besides others.
    pub(super) alone: Option<f64>,
}

/// The room above the rows of boxes that stand alone, for a heading.
const HEADING: f64 = 34.0;

/// Lays out `count` boxes; an edge leads from the box above to the one below it.
pub(super) fn layered(count: usize, edges: &[(usize, usize)], room: Room) -> Layers {
    let mut corners = vec![(0.0, 0.0); count];
    let (mut alone, mut parts): (Vec<_>, Vec<_>) =
        parts(count, edges).into_iter().partition(|part| part.len() == 1);
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
    let (mut x, mut y, mut row, mut width) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for part in &parts {
        let (places, wide, high) = part_of(part, edges, room);
        if x > 0.0 && x + wide > room.line {
            (x, y, row) = (0.0, y + row + room.below, 0.0);
        }
        for (at, (left, top)) in part.iter().zip(places) {
            corners[*at] = (x + left, y + top);
        }
        width = width.max(x + wide);
        row = row.max(high);
        x += wide + room.beside * 2.0;
    }
    let mut height = y + row;
    let heading = (!alone.is_empty() && !parts.is_empty()).then_some(height + room.below);
    let top = heading.map_or(0.0, |top| top + HEADING);
    let (step_x, step_y) = (room.width + room.beside, room.height + room.beside);
    let columns = ((room.line + room.beside) / step_x).floor().max(1.0) as usize;
    alone.sort();
    for (index, part) in alone.iter().enumerate() {
        let (column, line) = (index % columns, index / columns);
        let (left, upper) = (column as f64 * step_x, top + line as f64 * step_y);
        corners[part[0]] = (left, upper);
        width = width.max(left + room.width);
        height = height.max(upper + room.height);
    }
    Layers { corners, width, height, alone: heading }
}

/// The parts of a graph that hang together, each with its boxes in order.
fn parts(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (above, below) in edges {
        beside[*above].push(*below);
        beside[*below].push(*above);
    }
    let mut seen = vec![false; count];
    let mut parts = Vec::new();
    for first in 0..count {
        let (mut part, mut open) = (Vec::new(), vec![first]);
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                part.push(at);
                open.extend(&beside[at]);
            }
        }
        part.sort_unstable();
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// The corners of the boxes of one part, and how wide and high it is.
fn part_of(part: &[usize], edges: &[(usize, usize)], room: Room) -> (Vec<(f64, f64)>, f64, f64) {
    let local = |at: usize| part.binary_search(&at).ok().and_then(|at| u32::try_from(at).ok());
    let inside: Vec<(u32, u32)> =
        edges.iter().filter_map(|(above, below)| Some((local(*above)?, local(*below)?))).collect();
    let size = (room.width, room.height + room.below - room.beside);
    let boxes: Vec<(u32, (f64, f64))> =
        (0..part.len()).filter_map(|at| Some((u32::try_from(at).ok()?, size))).collect();
    let config = Config { vertex_spacing: room.beside, dummy_size: 0.5, ..Config::default() };
    let mut centres = vec![(0.0, 0.0); part.len()];
    let found = rust_sugiyama::from_vertices_and_edges(&boxes, &inside, &config);
    for (at, centre) in found.into_iter().flat_map(|(places, ..)| places) {
        centres[at] = centre;
    }
    let mut lines: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, (_, y)) in centres.iter().enumerate() {
        lines.entry(y.round() as i64).or_default().push(at);
    }
    let mut corners = vec![(0.0, 0.0); part.len()];
    for (line, members) in lines.values_mut().enumerate() {
        members.sort_by(|a, b| centres[*a].0.total_cmp(&centres[*b].0).then(a.cmp(b)));
        let mut free = f64::NEG_INFINITY;
        for at in members.iter() {
            let x = (centres[*at].0 - room.width / 2.0).round().max(free);
            corners[*at] = (x, line as f64 * (room.height + room.below));
            free = x + room.width + room.beside;
        }
    }
    let left = corners.iter().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
    let right = corners.iter().map(|(x, _)| x + room.width).fold(f64::NEG_INFINITY, f64::max);
    for (x, _) in &mut corners {
        *x -= left;
    }
    let high = lines.len() as f64 * (room.height + room.below) - room.below;
    (corners, right - left, high)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    const ROOM: Room = Room { width: 200.0, height: 96.0, beside: 20.0, below: 40.0, line: 1080.0 };

    #[test]
    fn what_is_above_stands_above() {
        let layers = layered(5, &[(0, 1), (0, 2), (1, 3)], ROOM);
        let y = |at: usize| layers.corners[at].1;
        assert!(y(0) < y(1) && y(1) == y(2) && y(1) < y(3), "{layers:?}");
        assert!(layers.alone.is_some_and(|top| top > y(3) && y(4) > top), "{layers:?}");
        assert_eq!(layered(0, &[], ROOM).corners, []);
        assert_eq!(layered(1, &[], ROOM).alone, None);
    }

    /// A graph without circles: its size, and edges from smaller to greater numbers.
    fn graph() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
        (1..60_usize).prop_flat_map(|count| {
            let edge = (0..count, 0..count).prop_map(|(a, b)| (a.min(b), a.max(b)));
            let edges = prop::collection::vec(edge, 0..count * 2);
            (Just(count), edges).prop_map(|(count, mut edges)| {
                edges.retain(|(above, below)| above != below);
                edges.sort_unstable();
                edges.dedup();
                (count, edges)
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn boxes_never_overlap_and_lie_the_same_each_time((count, edges) in graph()) {
            let layers = layered(count, &edges, ROOM);
            prop_assert_eq!(&layers, &layered(count, &edges, ROOM));
            for (a, (x, y)) in layers.corners.iter().enumerate() {
                prop_assert!(*x >= 0.0 && *y >= 0.0);
                prop_assert!(x + ROOM.width <= layers.width && y + ROOM.height <= layers.height);
                for (other_x, other_y) in &layers.corners[a + 1..] {
                    let apart = (x - other_x).abs() >= ROOM.width || (y - other_y).abs() >= ROOM.height;
                    prop_assert!(apart, "{layers:?}");
                }
            }
            for (above, below) in &edges {
                prop_assert!(layers.corners[*above].1 < layers.corners[*below].1);
            }
        }
    }

    #[test]
    fn two_hundred_boxes_are_laid_out_at_once() {
        let edges: Vec<(usize, usize)> =
            (1..200).flat_map(|at| [(at / 3, at), (at / 7, at)]).collect();
        let mut edges: Vec<_> = edges.into_iter().filter(|(a, b)| a != b).collect();
        edges.sort_unstable();
        edges.dedup();
        let start = Instant::now();
        layered(200, &edges, ROOM);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
