//! The way in: finds the workspace, reads its files and its repository's history, and makes
//! commits.
//!
//! This is the only stage that touches the disk, libgit2 or the `git` program. What it hands on is
//! plain data: a [`Snapshot`] of files, and the [`Commits`] that touched them. It does not know
//! what the files mean.

mod access;
mod cache;
pub mod commit;
mod commit_graph;
pub mod condition;
mod grafts;
mod graph;
pub mod edit;
pub mod editor;
mod fault;
mod header;
mod history;
pub mod identity;
mod index;
mod journal;
mod kept_bytes;
mod kept_table;
pub mod lock;
mod mark;
mod missing;
pub mod merge;
mod object;
mod objects;
mod open;
mod packs;
pub mod program;
mod range;
mod read_at;
pub mod record;
mod repository;
mod revision;
mod snapshot;
mod spread;
mod texts;
mod trailer;
mod tree;
mod unusual;
mod watch;
mod worktree;
pub mod write;

pub use cache::{Cache, Kept, WORTH_KEEPING, digest};
pub use graph::{Graph, Parents};
pub use history::{
    Change, Changing, ChangingCommits, Commit, Commits, KnownCommits, Moment, Moved, Trailed,
};
pub use index::{LeftOut, Staged};
pub use kept_bytes::KeptBytes;
pub use kept_table::Table;
pub use mark::Mark;
pub use object::ObjectId;
pub use objects::promised::{Fetching, Tell};
pub use open::{open, open_own, open_with};
pub use range::deepen;
pub use repository::{Backend, Depth, Repo};
pub use snapshot::{Content, MAX_FILE_BYTES, NoFile, NoFileKind, Snapshot};
pub use texts::{Blobs, Texts};
pub use watch::{News, Watch, Watched};
pub use worktree::{
    Listed, find_root, is_uncommitted, list, list_below, list_no_files, read_below, read_file,
};
