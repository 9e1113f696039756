//! Plain data as bytes, and back.
//!
//! What is read may be anything: nothing is taken on trust, and no more memory is asked for than
//! there are bytes.

use std::collections::HashMap;

/// Writes numbers, texts and bytes one after the other.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Everything that was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Tells whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Writes a whole number: small ones in few bytes.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Writes a count or position.
    pub fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    /// Writes a whole number that may be negative.
    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    /// Writes yes or no.
    pub fn flag(&mut self, flag: bool) {
        self.bytes.push(u8::from(flag));
    }

    /// Writes bytes whose number the reader knows.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.size(text.len());
        self.raw(text.as_bytes());
    }

    /// Writes whether something is there, and it if so.
    pub fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// Texts that come again and again, written once.
#[derive(Debug, Default)]
pub struct Names<'a> {
    known: HashMap<&'a str, usize>,
    all: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The number of a name.
    pub fn number(&mut self, name: &'a str) -> usize {
        *self.known.entry(name).or_insert_with(|| {
            self.all.push(name);
            self.all.len() - 1
        })
    }

    /// Writes all the names.
    pub fn write(&self, out: &mut Writer) {
        out.size(self.all.len());
        self.all.iter().for_each(|name| out.text(name));
    }
}

/// Reads what a [`Writer`] wrote; nothing where the bytes are others.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Tells whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// Reads a whole number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a number that is smaller than `end`.
    pub fn below(&mut self, end: usize) -> Option<usize> {
        self.size().filter(|size| *size < end)
    }

    /// Reads a number of things to come, each of which takes a byte at the least.
    pub fn count(&mut self) -> Option<usize> {
        self.size().filter(|count| *count <= self.rest.len())
    }

    /// Reads a position or size.
    pub fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// Reads a whole number that may be negative.
    pub fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Reads yes or no.
    pub fn flag(&mut self) -> Option<bool> {
        match self.raw(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    /// Reads that many bytes.
    pub fn raw(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    /// Reads a text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.raw(length)?).ok()
    }

    /// Reads what may be there: nothing within something if it is not.
    pub fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        Some(if self.flag()? { Some(read(self)?) } else { None })
    }

    /// Reads some things after their number.
    pub fn several<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut all = Vec::with_capacity(count.min(1 << 16));
        for _ in 0..count {
            all.push(read(self)?);
        }
        Some(all)
    }

    /// Reads all the names that [`Names::write`] wrote.
    pub fn names(&mut self) -> Option<Vec<&'a str>> {
        self.several(Self::text)
    }
}

/// A number that tells bytes from others that are not meant to be like them: any one byte, wherever
/// it stands, changes it.
pub fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    // Four sums at once, which a processor can add to side by side.
    let mut sums = [1_u64, 2, 3, 4];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        let words = block.as_chunks::<8>().0;
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum = (*sum ^ u64::from_le_bytes(words[at])).wrapping_mul(FACTOR).rotate_left(29);
        }
    }
    let mut sum = bytes.len() as u64;
    for word in sums.into_iter().chain(rest.iter().map(|byte| u64::from(*byte))) {
        sum = (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut out = Writer::default();
        let mut names = Names::default();
        let numbers: Vec<usize> = ["a", "bü", "a"].map(|name| names.number(name)).to_vec();
        names.write(&mut out);
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            out.number(number);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            out.signed(number);
        }
        out.maybe(Some("x"), Writer::text);
        out.maybe(None, Writer::text);
        let bytes = out.into_bytes();
        let mut read = Reader::new(&bytes);
        let named = read.names().expect("names");
        assert_eq!(numbers.iter().map(|at| named[*at]).collect::<Vec<_>>(), ["a", "bü", "a"]);
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(read.number(), Some(number));
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(read.signed(), Some(number));
        }
        assert_eq!(read.maybe(Reader::text), Some(Some("x")));
        assert_eq!(read.maybe(Reader::text), Some(None));
        assert!(read.is_at_end());
        assert_eq!(read.number(), None);
    }

    #[test]
    fn what_nobody_wrote_is_nothing_and_asks_for_no_memory() {
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(Reader::new(&huge).count(), None);
        assert_eq!(Reader::new(&huge).text(), None);
        assert_eq!(Reader::new(&huge).several(Reader::number), None);
        assert_eq!(Reader::new(&[0xff; 11]).number(), None);
        assert_eq!(Reader::new(&[2, 0xff, 0xfe]).text(), None);
        assert_eq!(Reader::new(&[7]).flag(), None);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_changes_the_checksum() {
        let bytes: Vec<u8> = (0..200_u8).map(|at| at.wrapping_mul(91)).collect();
        let sound = checksum(&bytes);
        for at in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert_ne!(checksum(&flipped), sound, "bit {at}");
        }
        for end in 0..bytes.len() {
            assert_ne!(checksum(&bytes[..end]), sound, "{end} bytes");
        }
    }
}
