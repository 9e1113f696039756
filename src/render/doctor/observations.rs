//! From facts to observations: what is odd about a repository, what follows, and what to do.

use std::path::{Path, PathBuf};

use super::{DoctorView, FORMAT_VERSION, HINDRANCE, Observation, SectionView};
use crate::error::Error;
use crate::repo::Backend;
use crate::repo::condition::{Condition, Head, Layout, Versions};
use crate::text::count;

/// What was examined.
pub struct Subject<'a> {
    /// Where the workspace was found, or why none was.
    pub place: &'a Place,
    /// The programs that are at work.
    pub versions: &'a Versions,
    /// The repository; nothing if there is none, or why it cannot be opened.
    pub repository: Result<Option<&'a Condition>, &'a Error>,
}

/// Where the workspace is.
pub enum Place {
    /// In this folder.
    Found(PathBuf, Files),
    /// Nowhere, for this reason.
    Missing(Error),
}

/// What a workspace has.
pub struct Files {
    /// The folder of the plans.
    pub plans_folder: String,
    /// How many plans.
    pub plans: usize,
    /// How many check-ins files.
    pub checkins: usize,
    /// How many more a sparse checkout leaves out, or why that cannot be told.
    pub left_out: Result<usize, Error>,
    /// The schemas for editors that another version wrote; nothing where there are none at all.
    pub stale_schemas: Option<Vec<String>>,
}

/// What there is to say about a subject.
pub fn view(subject: &Subject<'_>) -> DoctorView {
    let condition = subject.repository.as_ref().ok().copied().flatten();
    let sections = vec![
        SectionView { section: "workspace", observations: workspace(subject.place, condition) },
        SectionView { section: "repository", observations: repository(subject) },
        SectionView { section: "check-ins", observations: checkins(subject.versions, condition) },
    ];
    let mut all = sections.iter().flat_map(|section| &section.observations);
    let sound = all.all(|observation| observation.state != HINDRANCE);
    DoctorView { format_version: FORMAT_VERSION, sound, sections }
}

fn workspace(place: &Place, condition: Option<&Condition>) -> Vec<Observation> {
    let (root, files) = match place {
        Place::Found(root, files) => (root, files),
        Place::Missing(error) => {
            let missing =
                Observation::hindrance("folder", &error.message, "there are no goals to tell of");
            return vec![match &error.hint {
                Some(hint) => missing.cure(hint),
                None => missing,
            }];
        }
    };
    let mut found = vec![
        Observation::fine("folder", root.display().to_string()),
        Observation::fine(
            "files",
            format!(
                "{} and {} in {}/",
                count(files.plans, "plan"),
                count(files.checkins, "check-ins file"),
                files.plans_folder
            ),
        ),
    ];
    found.extend(left_out(&files.left_out));
    found.extend(condition.and_then(|condition| condition.merging.as_deref()).map(merging));
    found.extend(files.stale_schemas.as_deref().map(editing));
    found
}

/// What a sparse checkout leaves out.
fn left_out(left_out: &Result<usize, Error>) -> Option<Observation> {
    match left_out {
        Ok(0) => None,
        Ok(files) => {
            let files = format!("{} not checked out", count(*files, "more file"));
            let odd =
                Observation::odd("sparse", files, "read from the index, and not to be edited");
            Some(odd.cure("`git sparse-checkout add` brings them"))
        }
        Err(error) => Some(
            Observation::hindrance("sparse", &error.message, "figures leave out what is left out")
                .cure("`--rev HEAD` reads them all; `git sparse-checkout add` brings them"),
        ),
    }
}

/// The schemas by which editors check goal files.
fn editing(stale: &[String]) -> Observation {
    if stale.is_empty() {
        return Observation::fine("editing", "schemas for editors, of this version");
    }
    Observation::odd(
        "editing",
        format!("not what this version writes: {}", stale.join(", ")),
        "editors may object to what is right, or miss what is wrong",
    )
    .cure("`goals schema --write` renews them")
}

/// How check-ins files of two branches are merged.
fn merging(attribute: &str) -> Observation {
    if attribute == "union" {
        return Observation::fine("merging", "records of two branches are both kept");
    }
    Observation::odd(
        "merging",
        "check-ins files are merged like any other",
        "records that two branches add at the same place are a conflict",
    )
    .cure("add this line to .gitattributes: *.checkins.toml merge=union")
}

fn repository(subject: &Subject<'_>) -> Vec<Observation> {
    const WITHOUT: &str =
        "values are right; who recorded them, and how plans changed, is not known";
    let condition = match &subject.repository {
        Ok(Some(condition)) => *condition,
        Ok(None) => {
            let none = Observation::hindrance("folder", "in no git repository", WITHOUT);
            return vec![none.cure("`git init`, then commit the goals")];
        }
        Err(error) => {
            let unread = Observation::hindrance("folder", &error.message, WITHOUT);
            let cure = error.hint.clone();
            return vec![Observation { cure, ..unread }];
        }
    };
    let mut found = vec![
        layout(condition),
        backend(condition, subject.versions),
        head(condition),
        objects(condition),
        Observation::fine("references", &condition.references),
        history(condition, subject.versions),
    ];
    found.extend(oddities(condition));
    let mailmap = if condition.mailmap { "authors follow .mailmap" } else { "none" };
    found.push(Observation::fine("mailmap", mailmap));
    found
}

fn layout(condition: &Condition) -> Observation {
    let top = condition.top.display();
    let found = match condition.layout {
        Layout::Plain => format!("{top}"),
        Layout::Linked => {
            format!("{top}, a working tree linked to {}", condition.common_dir.display())
        }
        Layout::Submodule => format!("{top}, a submodule"),
        Layout::Bare => format!("{top}, bare"),
    };
    let inside = match condition.prefix.as_path() {
        prefix if prefix == Path::new("") => String::new(),
        prefix => format!("; the workspace is its {}/", prefix.display()),
    };
    Observation::fine("folder", found + &inside)
}

fn backend(condition: &Condition, versions: &Versions) -> Observation {
    let git = versions.git.as_deref().unwrap_or("of an unknown version");
    match (condition.backend, &condition.reason) {
        (Backend::Libgit2, _) => {
            Observation::fine("read by", format!("libgit2 {}, built in", versions.libgit2))
        }
        (Backend::Program, None) => Observation::fine("read by", format!("git {git}")),
        (Backend::Program, Some(reason)) => Observation::odd(
            "read by",
            format!("git {git}"),
            &format!("{reason}; reading takes a little longer"),
        ),
    }
}

fn head(condition: &Condition) -> Observation {
    match &condition.head {
        Head::Branch(branch, id) => {
            Observation::fine("HEAD", format!("{branch}, at {}", id.short()))
        }
        Head::Detached(id) => Observation::odd(
            "HEAD",
            format!("on no branch, at {}", id.short()),
            "a check-in made now belongs to no branch",
        )
        .cure("`git switch` to a branch before you check in"),
        Head::Unborn => Observation::hindrance("HEAD", "no commit yet", "there is no history")
            .cure("commit the goals"),
        Head::Unreadable(why) => Observation::hindrance("HEAD", why, "the history cannot be read")
            .cure("`git fsck` tells what is damaged"),
    }
}

fn objects(condition: &Condition) -> Observation {
    let graph =
        if condition.commit_graph { "with a commit-graph" } else { "without a commit-graph" };
    Observation::fine("objects", format!("{}, {graph}", condition.objects))
}

/// How far the history reaches.
fn history(condition: &Condition, versions: &Versions) -> Observation {
    if condition.shallow > 0 {
        let ends = count(condition.shallow, "commit");
        return Observation::hindrance(
            "history",
            format!("a shallow clone: it ends at {ends}"),
            "values are right; witnesses and amendments below are missing",
        )
        .cure("`git fetch --unshallow` brings the rest; in CI check out with fetch-depth: 0");
    }
    let Some(filter) = &condition.partial else { return Observation::fine("history", "complete") };
    let found = format!("a partial clone: {filter} left out");
    let all = "`git fetch --refetch --no-filter` brings all";
    let told = |why: &str, cure: String| {
        let without = format!("{why}: where they are missing, values go on without history");
        Observation::hindrance("history", found.clone(), &without).cure(cure)
    };
    if versions.git.is_err() {
        return told("only git can bring old files", format!("install git; {all}"));
    }
    if !condition.may_fetch {
        let cure = format!("unset it, or {all}");
        return told("GIT_NO_LAZY_FETCH forbids to fetch old files", cure);
    }
    let brought = "git fetches old files when the history is first read, all at once";
    Observation::odd("history", found, brought).cure(format!("to be able to work offline: {all}"))
}

/// What is unusual and does no harm.
fn oddities(condition: &Condition) -> Vec<Observation> {
    let mut found = Vec::new();
    let mut odd = |is: bool, topic, what: String, consequence: &str, cure: &str| {
        if is {
            let oddity = Observation::odd(topic, what, consequence);
            found.push(if cure.is_empty() { oddity } else { oddity.cure(cure) });
        }
    };
    odd(
        condition.sparse,
        "checkout",
        "sparse".to_owned(),
        "goal files that are not checked out are left out of figures, which is said",
        "",
    );
    odd(
        condition.split_index || condition.sparse_index,
        "index",
        if condition.sparse_index { "sparse".to_owned() } else { "split".to_owned() },
        "nothing: the index is left to git",
        "",
    );
    odd(
        condition.alternates > 0,
        "alternates",
        format!("borrows objects from {}", repositories(condition.alternates)),
        "history is lost if these go away",
        "`git repack -ad` makes the repository stand alone",
    );
    odd(
        condition.replaced > 0,
        "replaced",
        count(condition.replaced, "object"),
        "history is told as it was committed; `git log` shows the replacements",
        "`git replace --list` shows them",
    );
    odd(
        condition.grafts > 0,
        "grafts",
        format!("{} with other parents here", count(condition.grafts, "commit")),
        "history follows them; other clones tell another",
        "remove info/grafts in the repository's folder",
    );
    found
}

fn repositories(number: usize) -> String {
    if number == 1 { "1 repository".to_owned() } else { format!("{number} repositories") }
}

fn checkins(versions: &Versions, condition: Option<&Condition>) -> Vec<Observation> {
    const FAILS: &str = "`goals checkin` cannot commit";
    const LEAVE: &str = "`--no-commit` edits the file without a commit";
    let mut found = vec![match &versions.git {
        Ok(version) => Observation::fine("git", version),
        Err(why) => Observation::hindrance("git", why, FAILS).cure(format!("install git; {LEAVE}")),
    }];
    let Some(condition) = condition else { return found };
    if versions.git.is_ok() {
        found.push(match &condition.identity {
            Ok(identity) => Observation::fine("identity", identity),
            Err(why) => Observation::hindrance("identity", why, FAILS)
                .cure("set `git config user.name` and `git config user.email`"),
        });
    }
    found.push(match &condition.unwritable {
        None => Observation::fine("lock", "can be taken"),
        Some(why) => Observation::hindrance(
            "lock",
            format!("cannot write in {}: {why}", condition.common_dir.display()),
            FAILS,
        )
        .cure("ask whoever owns the folder; reading works all the same"),
    });
    if condition.layout == Layout::Bare {
        found.push(
            Observation::hindrance("files", "a bare repository has none", FAILS)
                .cure("check in from a clone; here `--rev` reads"),
        );
    }
    if let Some((why, cure)) = &condition.under_way {
        found.push(Observation::hindrance("under way", why, FAILS).cure(cure));
    }
    found.push(match condition.hooks.as_slice() {
        [] => Observation::fine("hooks", "none"),
        hooks => Observation::odd(
            "hooks",
            hooks.join(", "),
            "they run at each check-in, and may refuse it",
        ),
    });
    found.push(match &condition.signing {
        None => Observation::fine("signing", "off"),
        Some(format) => Observation::fine("signing", format!("each check-in is signed, {format}")),
    });
    found
}
