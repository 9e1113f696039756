//! Search among sorted numbers that are spread evenly, as the beginnings of ids are.

use std::cmp::Ordering;
use std::ops::Range;

/// Looks for a place by how what stands there compares with what is wanted: `Ok` with one that is equal, else
/// `Err` with the first that is greater. `share` tells how far into the places it would stand if all were spread
/// exactly, in parts of 2⁶⁴.
///
/// One looks there first, and from there in growing steps to the side where it must be. Nothing if `compare` cannot
/// tell.
pub(super) fn search(
    share: u64,
    places: Range<usize>,
    mut compare: impl FnMut(usize) -> Option<Ordering>,
) -> Option<Result<usize, usize>> {
    let Range { start: mut low, end: mut high } = places;
    let into = (u128::from(share) * high.saturating_sub(low) as u128) >> 64;
    let (mut middle, mut step) = (low + into as usize, 1_usize);
    while low < high {
        match compare(middle)? {
            Ordering::Equal => return Some(Ok(middle)),
            Ordering::Less => {
                low = middle + 1;
                middle = middle.saturating_add(step).max(low);
            }
            Ordering::Greater => {
                high = middle;
                middle = middle.saturating_sub(step);
            }
        }
        step = step.saturating_mul(2);
        if middle < low || middle >= high {
            (middle, step) = (low + (high - low) / 2, high);
        }
    }
    Some(Err(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_what_a_plain_search_finds() {
        let even: Vec<u64> = (0..100).map(|n| n * (u64::MAX / 100)).collect();
        let crowded: Vec<u64> = (0..100).map(|n| n * n).collect();
        for numbers in [even, crowded, vec![7], Vec::new()] {
            let around =
                numbers.iter().flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
            for wanted in around.chain([0, u64::MAX]) {
                let compare = |at: usize| Some(numbers[at].cmp(&wanted));
                let found = search(wanted, 0..numbers.len(), compare);
                assert_eq!(found, Some(numbers.binary_search(&wanted)), "{wanted}");
            }
        }
        assert_eq!(search(1, 0..3, |_| None), None);
    }
}
