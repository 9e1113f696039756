//! An object told as the difference from another: which stretches of it to copy, and what to put
//! between them.

/// Makes the object of at most `limit` bytes that is told as `difference` from `base`, in the place of
/// whatever was in `made`; nothing if it does not fit or is damaged.
pub(super) fn apply(
    base: &[u8],
    difference: &[u8],
    limit: usize,
    made: &mut Vec<u8>,
) -> Option<()> {
    let mut rest = difference;
    let (from, to) = (size(&mut rest)?, size(&mut rest)?);
    if from != base.len() || to > limit {
        return None;
    }
    made.clear();
    made.reserve(to);
    while let Some((&instruction, more)) = rest.split_first() {
        rest = more;
        let stretch = if instruction & 0x80 != 0 {
            let mut number = |bits: u8, count: u32| -> Option<usize> {
                let mut number = 0;
                for place in 0..count {
                    if bits >> place & 1 != 0 {
                        let (byte, more) = rest.split_first()?;
                        rest = more;
                        number |= usize::from(*byte) << (8 * place);
                    }
                }
                Some(number)
            };
            let start = number(instruction, 4)?;
            let length = match number(instruction >> 4 & 7, 3)? {
                0 => 0x10000,
                length => length,
            };
            base.get(start..start.checked_add(length)?)?
        } else {
            let (new, more) = rest.split_at_checked(usize::from(instruction))?;
            rest = more;
            if new.is_empty() {
                return None;
            }
            new
        };
        if stretch.len() > to - made.len() {
            return None;
        }
        made.extend_from_slice(stretch);
    }
    (made.len() == to).then_some(())
}

/// Reads a size: seven bits a byte, the smallest first.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let (mut size, mut shift) = (0_u64, 0);
    loop {
        let (byte, more) = rest.split_first()?;
        *rest = more;
        size |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return usize::try_from(size).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(base: &[u8], difference: &[u8], limit: usize) -> Option<Vec<u8>> {
        let mut made = b"something else".to_vec();
        apply(base, difference, limit, &mut made).map(|()| made)
    }

    #[test]
    fn stretches_are_copied_and_new_bytes_put_between() {
        let base = b"one line\nanother line\n";
        let difference =
            [&[22, 13][..], &[0b1001_0000, 4], &[5], b"words", &[0b1001_0001, 18, 4]].concat();
        assert_eq!(applied(base, &difference, 100).as_deref(), Some(&b"one wordsine\n"[..]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let base = b"base";
        for difference in [
            &[][..],
            &[4],
            &[5, 1, 1, b'x'],
            &[4, 2, 1, b'x'],
            &[4, 1, 2, b'x', b'y'],
            &[4, 1, 2, b'x'],
            &[4, 1, 0],
            &[4, 1, 0b1001_0001, 4, 1],
            &[4, 4, 0b1000_0000],
            &[4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            &[4, 120, 1],
        ] {
            assert_eq!(applied(base, difference, 100), None, "{difference:?}");
        }
        assert_eq!(applied(base, &[4, 1, 1, b'x'], 100).as_deref(), Some(&b"x"[..]));
        assert_eq!(applied(base, &[4, 1, 1, b'x'], 0), None);
    }
}
