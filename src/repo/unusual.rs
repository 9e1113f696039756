//! Commits that are not written as git writes them: whatever libgit2 makes of their bytes.

use git2::{Commit, ObjectFormat, ObjectType, Odb, Repository, Signature};

use super::header;
use super::history::Moment;
use super::object::ObjectId;
use super::objects::libgit2::failed;
use crate::error::Result;

/// What a commit's bytes say, with everything in it owned.
pub(super) struct Lenient {
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Signature<'static>,
    pub(super) authored: Moment,
    pub(super) committed: Moment,
    pub(super) subject: String,
    pub(super) signed: bool,
}

/// Reads commits one by one in memory, wherever their bytes come from.
///
/// # Errors
///
/// libgit2 can make nothing of it.
pub(super) fn read(bytes: &[u8], id_bytes: usize) -> Result<Lenient> {
    let told = |error| failed("read a commit", &error);
    let memory = memory(id_bytes).map_err(told)?;
    let commit = stored(&memory, bytes).map_err(told)?;
    let moment = |time: git2::Time| Moment {
        seconds: time.seconds(),
        offset_minutes: time.offset_minutes(),
    };
    let is_signed = |field: &&str| commit.header_field_bytes(field).is_ok();
    Ok(Lenient {
        tree: commit.tree_id().into(),
        parents: commit.parent_ids().map(ObjectId::from).collect(),
        author: commit.author().to_owned(),
        authored: moment(commit.author().when()),
        committed: moment(commit.committer().when()),
        subject: header::subject(commit.message_bytes()),
        signed: ["gpgsig", "gpgsig-sha256"].iter().any(is_signed),
    })
}

/// A repository that is nowhere.
fn memory(id_bytes: usize) -> std::result::Result<Repository, git2::Error> {
    let format = if id_bytes == 20 { ObjectFormat::Sha1 } else { ObjectFormat::Sha256 };
    let odb = Odb::new_ext(format)?;
    odb.add_new_mempack_backend(1)?;
    Repository::from_odb(odb)
}

fn stored<'a>(
    memory: &'a Repository,
    bytes: &[u8],
) -> std::result::Result<Commit<'a>, git2::Error> {
    memory.find_commit(memory.odb()?.write(ObjectType::Commit, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::header::Header;

    /// A commit of any author line, in the ids of either hash.
    fn commit(author: &str, id_bytes: usize) -> String {
        let id = "4b".repeat(id_bytes);
        format!(
            "tree {id}\nparent {id}\nauthor {author}\ncommitter C <c@d> 7 +0100\n\
             gpgsig -----BEGIN\n -----END\n\n  one \ntwo\n"
        )
    }

    #[test]
    fn what_git_writes_is_read_as_by_ourselves() {
        for id_bytes in [20, 32] {
            let text = commit("A U Thor <a@b> 1790000000 -0730", id_bytes);
            let own = Header::read(text.as_bytes()).expect("as git writes it");
            let lenient = read(text.as_bytes(), id_bytes).expect("readable");
            assert_eq!((lenient.tree, &lenient.parents), (own.tree, &own.parents));
            assert_eq!((lenient.authored, lenient.committed), (own.author.at, own.committed));
            assert_eq!(lenient.subject, header::subject(own.message));
            assert!(lenient.signed && own.signed);
            assert_eq!(lenient.author.name_bytes(), b"A U Thor");
        }
    }

    #[test]
    fn what_nobody_should_write_is_read_as_far_as_it_goes() {
        for (author, seconds, offset_minutes) in [
            ("A <a> -1 +0000", -1, 0),
            ("A <a> 1", 1, 0),
            ("A <a>", 0, 0),
            (" ,A; <a> 5 +0130\nauthor B <b> 1 +0000", 5, 90),
        ] {
            let text = commit(author, 20);
            assert_eq!(Header::read(text.as_bytes()), None, "{author}");
            let found = read(text.as_bytes(), 20).expect("readable");
            assert_eq!(found.authored, Moment { seconds, offset_minutes }, "{author}");
            assert_eq!(found.author.name_bytes(), b"A", "{author}");
        }
        for text in ["", "tree 00\n", &commit("A 1 +0000", 20)] {
            assert!(read(text.as_bytes(), 20).is_err(), "{text}");
        }
    }
}
