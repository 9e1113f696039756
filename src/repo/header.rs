//! A commit as git stores it: the lines of its header, read in place.

use super::history::Moment;
use super::object::ObjectId;

/// What a commit's bytes say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// The tree of its files.
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Signed<'a>,
    pub(super) committed: Moment,
    /// Whether it carries a signature.
    pub(super) signed: bool,
    /// Everything below the header.
    pub(super) message: &'a [u8],
}

/// Who did something, and when.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    /// `name <address>`.
    pub(super) person: &'a [u8],
    pub(super) at: Moment,
}

impl<'a> Header<'a> {
    /// Reads a commit of the form that git itself writes; nothing if it has another.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut lines = Lines { rest: bytes };
        let tree = id(lines.value(b"tree ")?)?;
        let mut parents = Vec::new();
        while let Some(parent) = lines.value(b"parent ") {
            parents.push(id(parent)?);
        }
        let author = signed(lines.value(b"author ")?)?;
        let committed = signed(lines.value(b"committer ")?)?.at;
        let mut signed = false;
        while !lines.rest.starts_with(b"\n") {
            let line = lines.next()?;
            signed |= line.starts_with(b"gpgsig ") || line.starts_with(b"gpgsig-sha256 ");
        }
        let message = &lines.rest[1..];
        Some(Self { tree, parents, author, committed, signed, message })
    }
}

/// The message of a commit of any form: everything below the first empty line.
pub(super) fn message(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    end.map_or(&[], |end| &bytes[end + 2..])
}

/// The first line of a message that says anything.
pub(super) fn subject(message: &[u8]) -> String {
    let text = message.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    text.trim_start().lines().next().unwrap_or_default().trim().to_owned()
}

struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Some(line)
    }

    /// The rest of the next line, if it begins with `key`.
    fn value(&mut self, key: &[u8]) -> Option<&'a [u8]> {
        if !self.rest.starts_with(key) {
            return None;
        }
        self.next().map(|line| &line[key.len()..])
    }
}

fn id(hex: &[u8]) -> Option<ObjectId> {
    ObjectId::parse(std::str::from_utf8(hex).ok()?)
}

/// Reads `name <address> seconds +hhmm`.
fn signed(line: &[u8]) -> Option<Signed<'_>> {
    let end = line.iter().rposition(|byte| *byte == b'>')?;
    let (person, time) = line.split_at(end + 1);
    let time = std::str::from_utf8(time).ok()?.strip_prefix(' ')?;
    let (seconds, zone) = time.split_once(' ')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (east, zone) = match zone.split_at_checked(1)? {
        ("+", zone) => (1, zone),
        ("-", zone) => (-1, zone),
        _ => return None,
    };
    if !digits(seconds) || zone.len() != 4 || !digits(zone) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (zone[..2].parse().ok()?, zone[2..].parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let offset_minutes = east * (hours * 60 + minutes);
    Some(Signed { person, at: Moment { seconds: seconds.parse().ok()?, offset_minutes } })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const PARENT: &str = "91423bfbde0652488e4f9ec0976b5e58a21d60e9";

    #[test]
    fn a_commit_as_git_writes_it_is_read() {
        let text = format!(
            "tree {TREE}\nparent {PARENT}\nparent {TREE}\nauthor A <b> U Thor <a@b> 1790000000 -0730\n\
             committer C <c@d> 7 +0000\ngpgsig -----BEGIN\n \n -----END\nencoding UTF-8\n\n\n  one \ntwo\n"
        );
        let header = Header::read(text.as_bytes()).expect("as git writes it");
        assert_eq!(header.tree.to_string(), TREE);
        let parents: Vec<String> = header.parents.iter().map(ToString::to_string).collect();
        assert_eq!(parents, [PARENT, TREE]);
        assert_eq!(header.author.person, b"A <b> U Thor <a@b>");
        assert_eq!(header.author.at, Moment { seconds: 1_790_000_000, offset_minutes: -450 });
        assert_eq!(header.committed, Moment { seconds: 7, offset_minutes: 0 });
        assert!(header.signed);
        assert_eq!(subject(header.message), "one");
    }

    #[test]
    fn any_other_form_is_left_to_libgit2() {
        let with =
            |author: &str| format!("tree {TREE}\nauthor {author}\ncommitter C <c> 1 +0000\n\n");
        assert!(Header::read(with("A <a> 1 +0000").as_bytes()).is_some());
        for author in [
            "A <a> -1 +0000",
            "A <a> 1",
            "A <a>",
            "A 1 +0000",
            "A <a> 1 +1500",
            "A <a> 1 0000",
            "A <a> 99999999999999999999 +0000",
            "A <a> 1 +0é0",
            "A <a>  +0000",
            "A <a> 1 +0000\nauthor B <b> 1 +0000",
        ] {
            assert_eq!(Header::read(with(author).as_bytes()), None, "{author}");
        }
        assert_eq!(Header::read(b"tree 00\n"), None);
        assert_eq!(Header::read(b""), None);
    }
}
