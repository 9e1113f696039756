//! Puts a finished site in place: all of it, or nothing.
//!
//! Files are made side by side, and each is let go as soon as it is written: a site is never in
//! memory as a whole. What differs from the site that stands there goes into a fresh folder beside
//! it, the rest is linked into it, and the fresh folder then takes the old one's place, so that a
//! reader never sees half of a site. Where nothing differs, nothing is touched. A list of what was
//! written tells the site's own files from others.

mod exchange;
mod fresh;
mod place;
mod receipt;
mod standing;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use rayon::prelude::*;

use exchange::exchange;
pub(super) use fresh::abandon;
use fresh::{Fresh, clear_abandoned};
pub(super) use place::of_page;
pub(super) use receipt::{Fate, Receipt, Seen, settled};
use standing::Standing;

use crate::error::{Error, Kind, Result};
use crate::repo::Mark;

/// The list of the files that this program wrote.
const LIST: &str = ".goals-site";

/// How many files a thread makes before another may take over from it. The heavy ones lie together.
const AT_ONCE: usize = 16;

/// What to do with files in the folder that this program did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Refuse to touch the folder.
    Refuse,
    /// Keep them, beside the new site.
    Keep,
}

/// Where a site goes.
pub(super) struct Target<'a> {
    /// The folder that is to hold it.
    pub(super) out: &'a Path,
    /// The workspace's folder.
    pub(super) root: &'a Path,
    /// The folder of the plans, from the workspace's.
    pub(super) plans: &'a str,
    /// What to do with files of others.
    pub(super) foreign: Foreign,
}

/// A site that is in place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// Its folder, links followed.
    pub(super) folder: PathBuf,
    /// How its files lie there, and the list of them.
    pub(super) receipt: Receipt,
    /// How many of them were written; the others were there already.
    pub(super) written: usize,
    /// How many files of an older site are gone.
    pub(super) removed: usize,
}

impl Published {
    /// The paths of its files, sorted.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.receipt.paths().filter(|path| *path != LIST)
    }
}

/// The folder of a site, and what lies in it.
#[derive(Debug)]
pub(super) struct Place {
    out: PathBuf,
    standing: Standing,
}

impl Place {
    /// Looks at the folder, and clears away what killed reports left beside it.
    ///
    /// # Errors
    ///
    /// It is the workspace's own or holds foreign files, or cannot be read.
    pub(super) fn of(target: &Target<'_>) -> Result<Self> {
        let out = place::of_site(target)?;
        clear_abandoned(parent_of(&out)?, &out);
        let standing = Standing::read(&out)?;
        if target.foreign == Foreign::Refuse {
            refuse_foreign(&out, &standing)?;
        }
        Ok(Self { out, standing })
    }

    /// The folder, links followed.
    pub(super) fn folder(&self) -> &Path {
        &self.out
    }

    /// What became by then of the site of a receipt, and takes the marks of its files.
    pub(super) fn look(&self, receipt: &mut Receipt, by: SystemTime) -> Fate {
        if !receipt.paths().eq(&self.standing.own) {
            return Fate::Other;
        }
        receipt.look(by, |_, path| self.out.join(path))
    }

    /// The site of a receipt, which stands there.
    pub(super) fn unchanged(self, receipt: Receipt) -> Published {
        Published { folder: self.out, receipt, written: 0, removed: 0 }
    }

    /// Makes every one of `files` by `render`, which returns its path below the site and its bytes, and
    /// puts them in place as one site. Never two at once are made of those that `is_large` tells.
    ///
    /// # Errors
    ///
    /// A file cannot be made (the error of the first one is told), or the disk refuses; what was
    /// there is then still there.
    pub(super) fn publish<F: Sync>(
        self,
        files: &[F],
        is_large: impl Fn(&F) -> bool,
        render: impl Fn(&F) -> Result<(String, Vec<u8>)> + Sync,
    ) -> Result<Published> {
        let Self { out, standing } = self;
        let draft = Draft {
            out: &out,
            parent: parent_of(&out)?,
            standing,
            began: SystemTime::now(),
            begun: Mutex::default(),
        };
        let put = in_order(files, is_large, |file| {
            let (path, bytes) = render(file)?;
            draft.put(path, &bytes)
        })?;
        draft.finish(put)
    }
}

/// Writes a file; the mark that it has then.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<Option<Mark>> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    Ok(file.metadata().ok().as_ref().and_then(Mark::of))
}

fn parent_of(out: &Path) -> Result<&Path> {
    out.parent().ok_or_else(|| {
        Error::new(Kind::Usage, "the report needs a folder of its own").hint("--out public")
    })
}

fn refuse_foreign(out: &Path, standing: &Standing) -> Result<()> {
    let Some(first) = standing.others.iter().next() else { return Ok(()) };
    let (out, first) = (out.display(), first.display());
    let message = format!("`{out}` holds files that are not of this report, such as `{first}`");
    Err(Error::new(Kind::Io, message)
        .hint("name another folder with --out, or keep them beside the report with --force"))
}

/// Does the same with each of many things, side by side, but with those that are large one after another; after a
/// failure what comes later is left out, so that the first failure is always the one that is told.
pub(super) fn in_order<F: Sync, T: Send>(
    all: &[F],
    is_large: impl Fn(&F) -> bool,
    make: impl Fn(&F) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let failed = AtomicUsize::new(usize::MAX);
    let one = |(at, each)| {
        if at > failed.load(Ordering::Relaxed) {
            return None;
        }
        let made = make(each);
        if made.is_err() {
            failed.fetch_min(at, Ordering::Relaxed);
        }
        Some((at, made))
    };
    let (large, others): (Vec<_>, Vec<_>) =
        all.iter().enumerate().partition(|(_, each)| is_large(each));
    let (large, others): (Vec<_>, Vec<_>) = rayon::join(
        || large.into_iter().filter_map(&one).collect(),
        || others.into_par_iter().with_max_len(AT_ONCE).filter_map(&one).collect(),
    );
    let mut made: Vec<(usize, Result<T>)> = [large, others].into_iter().flatten().collect();
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

/// A file of the new site.
struct Put {
    seen: Seen,
    /// Whether the old site has it just so.
    stands: bool,
}

impl Put {
    fn path(&self) -> &str {
        &self.seen.path
    }
}

/// A site that is being made beside the one that stands.
struct Draft<'a> {
    out: &'a Path,
    parent: &'a Path,
    standing: Standing,
    began: SystemTime,
    begun: Mutex<Begun>,
}

/// What there is of it on the disk; nothing as long as nothing differs.
#[derive(Default)]
struct Begun {
    fresh: Option<Fresh>,
    folders: BTreeSet<PathBuf>,
}

impl Draft<'_> {
    /// Writes a file, unless it stands already.
    fn put(&self, path: String, bytes: &[u8]) -> Result<Put> {
        if let Some(found) = self.standing.holds(&path, bytes) {
            let mark = settled(&found, self.began);
            return Ok(Put { seen: Seen::new(path, bytes, mark), stands: true });
        }
        let full = self.ready(&path)?;
        let mark = write(&full, bytes).map_err(|error| Error::io("write", &full, &error))?;
        Ok(Put { seen: Seen::new(path, bytes, mark), stands: false })
    }

    /// The place of a file in the fresh folder, its own folder made.
    fn ready(&self, path: impl AsRef<Path>) -> Result<PathBuf> {
        let mut begun = self.begun.lock().expect("nobody panics with it");
        let fresh = match begun.fresh.take() {
            Some(fresh) => fresh,
            None => Fresh::make(self.parent, self.out)?,
        };
        let full = begun.fresh.insert(fresh).new_site().join(path);
        if let Some(folder) = full.parent().filter(|folder| !begun.folders.contains(*folder)) {
            fs::create_dir_all(folder)
                .map_err(|error| Error::io("make the folder", folder, &error))?;
            begun.folders.insert(folder.to_owned());
        }
        Ok(full)
    }

    /// Puts the site in its place, unless the one that stands there is the same.
    fn finish(self, mut put: Vec<Put>) -> Result<Published> {
        let folder = self.out.to_owned();
        self.refuse_overwriting(&put)?;
        let written = put.iter().filter(|file| !file.stands).count();
        let mut files: Vec<String> = put.iter().map(|file| file.path().to_owned()).collect();
        files.sort_unstable();
        let is_own = |path: &String| path == LIST || files.binary_search(path).is_ok();
        let removed = self.standing.own.iter().filter(|path| !is_own(path)).count();
        let list: String = files.iter().map(|path| format!("{path}\n")).collect();
        let list = self.put(LIST.to_owned(), list.as_bytes())?;
        let is_same = written == 0 && removed == 0 && list.stands;
        put.push(list);
        if !is_same {
            let same = put.iter().filter(|file| file.stands);
            let same: Vec<&str> = same.map(Put::path).collect();
            in_order(&same, |_| false, |path| self.keep(Path::new(path)))?;
            self.standing.others.iter().try_for_each(|path| self.keep(path))?;
            let written = put.iter_mut().filter(|file| !file.stands).map(|file| &mut file.seen);
            receipt::part_from(written.collect(), || self.begun.lock().ok()?.fresh.as_ref()?.now());
            self.replace()?;
        }
        let receipt = Receipt::new(put.into_iter().map(|file| file.seen).collect());
        Ok(Published { folder, receipt, written, removed })
    }

    /// A page must not take the place of somebody's file, nor the file that of the page.
    fn refuse_overwriting(&self, put: &[Put]) -> Result<()> {
        let others = &self.standing.others;
        match put.iter().map(Put::path).find(|path| others.contains(Path::new(path))) {
            Some(path) => Err(Error::new(
                Kind::Io,
                format!(
                    "`{}` of the report would overwrite a file that is not its own",
                    self.out.join(path).display()
                ),
            )
            .hint("move the file away, or name another folder with --out")),
            None => Ok(()),
        }
    }

    /// Takes something of the old folder over into the fresh one: by a link or a copy, so that the
    /// old one stays whole until it is replaced.
    fn keep(&self, path: &Path) -> Result<()> {
        let (from, to) = (self.out.join(path), self.ready(path)?);
        if from.is_dir() && !from.is_symlink() {
            return fs::create_dir_all(&to).map_err(|error| Error::io("keep", &from, &error));
        }
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(|_| ()))
            .map_err(|error| Error::io("keep", &from, &error))
    }

    /// Puts the fresh folder in the place of the old one: in one step, or in two where the system knows none.
    fn replace(self) -> Result<()> {
        let begun = self.begun.into_inner().expect("nobody panics with it");
        let fresh = begun.fresh.expect("the list at least is in it");
        let (out, site, old) = (self.out, fresh.new_site(), fresh.old_site());
        if !out.exists() {
            return fs::rename(site, out).map_err(|error| Error::io("put in place", out, &error));
        }
        if exchange(&site, out).is_ok() {
            return Ok(());
        }
        fs::rename(out, &old).map_err(|error| Error::io("replace", out, &error))?;
        fs::rename(site, out).map_err(|error| {
            // The old site goes back to where it was.
            let _ = fs::rename(old, out);
            Error::io("put in place", out, &error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish<F: Sync>(
        target: &Target<'_>,
        files: &[F],
        render: impl Fn(&F) -> Result<(String, Vec<u8>)> + Sync,
    ) -> Result<Published> {
        Place::of(target)?.publish(files, |_| false, render)
    }

    /// Publishes files of these names, each with a text.
    fn put(folder: &Path, files: &[(&str, &str)], foreign: Foreign) -> Result<Published> {
        let out = folder.join("public");
        let target = Target { out: &out, root: folder, plans: "goals", foreign };
        publish(&target, files, |(path, text)| Ok(((*path).to_owned(), text.as_bytes().to_vec())))
    }

    fn counts(published: Result<Published>) -> (usize, usize, usize) {
        let published = published.expect("published");
        (published.files().count(), published.written, published.removed)
    }

    fn listed(folder: &Path) -> Vec<String> {
        let found = standing::files_below(&folder.join("public")).expect("readable");
        let mut found: Vec<String> =
            found.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
        found.sort();
        found
    }

    #[test]
    fn a_reader_always_finds_a_site() {
        let top = tempfile::tempdir().expect("a folder");
        let (one, other) = (top.path().join("one"), top.path().join("other"));
        for folder in [&one, &other] {
            fs::create_dir(folder).expect("made");
        }
        if exchange(&one, &other).is_err() {
            // Two steps it is then, and between them there is none.
            return;
        }
        let texts = ["old", "new"];
        put(top.path(), &[("index.html", texts[0])], Foreign::Refuse).expect("published");
        let page = top.path().join("public/index.html");
        let ended = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut reads = 0;
                while !ended.load(Ordering::Relaxed) {
                    let text = fs::read_to_string(&page).expect("the page is there");
                    assert!(texts.contains(&text.as_str()), "{text:?}");
                    reads += 1;
                }
                reads
            });
            for round in 1..200 {
                put(top.path(), &[("index.html", texts[round % 2])], Foreign::Refuse)
                    .expect("published");
            }
            ended.store(true, Ordering::Relaxed);
            assert!(reader.join().expect("a page at any time") > 0);
        });
        let left: Vec<_> = fs::read_dir(top.path()).expect("readable").flatten().collect();
        assert_eq!(left.len(), 3, "{left:?}");
    }

    /// Everything in a folder, with what tells one version of a file from the next.
    #[cfg(unix)]
    fn touched(folder: &Path) -> Vec<(PathBuf, u64, i64, i64)> {
        use std::os::unix::fs::MetadataExt;
        let mut found = vec![folder.to_owned(), folder.join("public")];
        found.extend(listed(folder).iter().map(|path| folder.join("public").join(path)));
        let seen = |path: PathBuf| {
            let found = fs::metadata(&path).expect("there");
            (path, found.ino(), found.mtime(), found.mtime_nsec())
        };
        found.into_iter().map(seen).collect()
    }

    #[test]
    fn an_older_site_is_replaced_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = [("index.html", "1"), ("goals/a.html", "a")];
        assert_eq!(counts(put(folder.path(), &first, Foreign::Refuse)), (2, 2, 0));
        let second = [("index.html", "2"), ("goals/b.html", "b")];
        assert_eq!(counts(put(folder.path(), &second, Foreign::Refuse)), (2, 2, 1));
        assert_eq!(listed(folder.path()), [LIST, "goals/b.html", "index.html"]);
        let left = fs::read_dir(folder.path()).expect("readable").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    #[cfg(unix)]
    fn where_nothing_differs_nothing_is_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [("index.html", "1"), ("goals/a.html", "a")];
        put(folder.path(), &files, Foreign::Refuse).expect("published");
        let before = touched(folder.path());
        assert_eq!(counts(put(folder.path(), &files, Foreign::Refuse)), (2, 0, 0));
        assert_eq!(touched(folder.path()), before);
    }

    #[test]
    #[cfg(unix)]
    fn only_what_differs_is_written() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().expect("a folder");
        let files = |text| [("index.html", text), ("goals/a.html", "a"), ("goals/b.html", "b")];
        put(folder.path(), &files("1"), Foreign::Refuse).expect("published");
        let number = |path: &str| {
            fs::metadata(folder.path().join("public").join(path)).expect("there").ino()
        };
        let before = [number("index.html"), number("goals/a.html")];
        fs::remove_file(folder.path().join("public/goals/b.html")).expect("removed");
        assert_eq!(counts(put(folder.path(), &files("2"), Foreign::Refuse)), (3, 2, 0));
        assert_ne!(number("index.html"), before[0]);
        assert_eq!(number("goals/a.html"), before[1], "the same file as before");
        assert_eq!(listed(folder.path()), [LIST, "goals/a.html", "goals/b.html", "index.html"]);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_site_is_unchanged_as_long_as_it_lies_as_it_was_put() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("public");
        let target = |foreign| Target { out: &out, root: folder.path(), plans: "goals", foreign };
        let files = [("index.html", "1"), ("goals/a.html", "a")];
        let receipt = put(folder.path(), &files, Foreign::Refuse).expect("published").receipt;
        let unchanged = |foreign| {
            let by = SystemTime::now();
            let place = Place::of(&target(foreign));
            place.is_ok_and(|place| place.look(&mut receipt.clone(), by) != Fate::Other)
        };
        assert!(unchanged(Foreign::Refuse));
        fs::write(out.join("CNAME"), "x").expect("written");
        assert!(!unchanged(Foreign::Refuse) && unchanged(Foreign::Keep));
        fs::remove_file(out.join("CNAME")).expect("removed");
        for (path, text) in [("index.html", "2"), (LIST, "index.html\n"), ("goals/a.html", "")] {
            let old = fs::read(out.join(path)).expect("there");
            fs::write(out.join(path), text).expect("written");
            assert!(!unchanged(Foreign::Keep), "{path}");
            fs::write(out.join(path), old).expect("written");
            assert!(unchanged(Foreign::Refuse), "{path}");
        }
        fs::remove_dir_all(out.join("goals")).expect("removed");
        assert!(!unchanged(Foreign::Refuse));
    }

    #[test]
    #[cfg(unix)]
    fn what_was_written_is_known_at_once_and_so_is_what_is_done_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let page = folder.path().join("public/goals/a.html");
        for round in 10..60 {
            let texts = [round.to_string(), (round + 40).to_string()];
            let files = [("index.html", texts[0].as_str()), ("goals/a.html", texts[0].as_str())];
            let receipt = put(folder.path(), &files, Foreign::Refuse).expect("published").receipt;
            // As fast as can be, and of the same size.
            fs::write(&page, &texts[1]).expect("written");
            let mut look = receipt.clone();
            let fate = look
                .look(SystemTime::UNIX_EPOCH, |_, path| folder.path().join("public").join(path));
            assert_eq!(fate, Fate::Other, "round {round}");
            let are_known = receipt.marks().filter(Option::is_some).count();
            assert_eq!(are_known, 3 - usize::from(round > 10), "the list was kept, by a link");
        }
    }

    #[test]
    fn a_page_that_is_no_longer_wanted_goes_and_the_others_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [("index.html", "1"), ("goals/a.html", "a")];
        put(folder.path(), &files, Foreign::Refuse).expect("published");
        assert_eq!(counts(put(folder.path(), &files[..1], Foreign::Refuse)), (1, 0, 1));
        assert_eq!(listed(folder.path()), [LIST, "index.html"]);
    }

    #[test]
    fn foreign_files_are_refused_or_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [("index.html", "1")];
        put(folder.path(), &files, Foreign::Refuse).expect("published");
        fs::write(folder.path().join("public/CNAME"), "x").expect("written");
        let error = put(folder.path(), &files, Foreign::Refuse).expect_err("refused");
        assert!(error.message.contains("CNAME"), "{error}");
        put(folder.path(), &[("index.html", "2")], Foreign::Keep).expect("kept");
        assert_eq!(listed(folder.path()), [LIST, "CNAME", "index.html"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_the_place_of_a_page_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [("index.html", "1")];
        put(folder.path(), &files, Foreign::Refuse).expect("published");
        let (page, other) = (folder.path().join("public/index.html"), folder.path().join("other"));
        fs::rename(&page, &other).expect("moved");
        std::os::unix::fs::symlink(&other, &page).expect("linked");
        assert_eq!(counts(put(folder.path(), &files, Foreign::Refuse)), (1, 1, 0));
        assert!(!page.is_symlink());
    }

    #[test]
    fn the_workspaces_own_folders_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("goals")).expect("made");
        for out in [".", "goals", "goals/public", ".git"] {
            let out = folder.path().join(out);
            let target =
                Target { out: &out, root: folder.path(), plans: "goals", foreign: Foreign::Keep };
            let made = publish(&target, &["index.html"], |path| Ok(((*path).into(), Vec::new())));
            assert!(made.is_err(), "{}", out.display());
        }
    }

    #[test]
    fn the_first_failure_is_told_and_the_old_site_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("public");
        put(folder.path(), &[("index.html", "1")], Foreign::Refuse).expect("published");
        let numbers: Vec<usize> = (0..500).collect();
        let target =
            Target { out: &out, root: folder.path(), plans: "goals", foreign: Foreign::Refuse };
        for _ in 0..20 {
            let made = publish(&target, &numbers, |number| match number {
                100 | 101 | 400 => Err(Error::new(Kind::Template, format!("page {number}"))),
                _ => Ok((format!("{number}.html"), Vec::new())),
            });
            assert_eq!(made.expect_err("three pages fail").message, "page 100");
            assert_eq!(listed(folder.path()), [LIST, "index.html"]);
            assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
        }
    }

    #[test]
    fn large_things_are_made_one_after_another_and_failures_keep_their_order() {
        let is_large = |number: &usize| number.is_multiple_of(7);
        let (numbers, at_work): (Vec<usize>, _) = ((0..500).collect(), AtomicUsize::new(0));
        let made = in_order(&numbers, is_large, |number| {
            if is_large(number) {
                assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                std::thread::yield_now();
                at_work.fetch_sub(1, Ordering::SeqCst);
            }
            Ok(*number)
        });
        assert_eq!(made.expect("nothing fails"), numbers);
        for failing in [[70, 71], [71, 77]] {
            let made = in_order(&numbers, is_large, |number| match failing.contains(number) {
                true => Err(Error::new(Kind::Template, number.to_string())),
                false => Ok(()),
            });
            assert_eq!(made.expect_err("two fail").message, failing[0].to_string());
        }
    }
}
