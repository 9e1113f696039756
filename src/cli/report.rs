//! `goals report`: the static site.

mod endless;
mod http;
mod live;
mod own;
mod serve;
mod single;
mod standing;
mod watch;

use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::publish::{Foreign, Place, Published, Target};
use super::session::{Session, State, Unread, among};
use super::shared::{Global, When};
use super::{Ending, output};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::history::{History, Work};
use crate::pipeline;
use crate::render::site::{self, Site, Told};
use crate::repo;
use crate::text::{count, printable};
use clap::Args;
use endless::Watch;
use own::{in_template, overrides, refuse_no_files, warn_of_unused};
use standing::MadeOf;

#[derive(Args)]
#[command(
    after_help = "A file in templates/ of the workspace overrides the built-in one of the same name. \
                  --watch runs until it is interrupted, as with Ctrl-C; only this machine can reach what it serves."
)]
pub(super) struct Arguments {
    /// The folder to write; an older report in it is replaced [default: public in the workspace]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write one page with everything in it, to standard output with `--out -` [default of --out:
    /// report.html in the workspace]
    #[arg(long)]
    single_file: bool,
    /// Open it in the browser
    #[arg(long)]
    open: bool,
    /// Keep files in the folder that are not of the report; with --single-file, replace the file
    #[arg(long)]
    force: bool,
    /// Serve the report on this machine, and write it anew whenever a goal or a template changes
    #[arg(long, conflicts_with = "single_file")]
    watch: bool,
    /// With --watch: the port [default: 4174, or any that is free]
    #[arg(long, requires = "watch", value_name = "PORT")]
    port: Option<u16>,
    /// Print what the templates are given, as JSON, and write nothing: that of one page, by its path
    /// in the report, or of all
    #[arg(
        long,
        value_name = "PAGE",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["out", "open", "force", "single_file", "watch"]
    )]
    context: Option<String>,
    #[command(flatten)]
    when: When,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    if arguments.is_to_stdout() && !arguments.single_file {
        return Err(Error::new(
            Kind::Usage,
            "a site is a folder of many files, and standard output is none",
        )
        .hint("--single-file --out - writes the whole report as one page"));
    }
    if arguments.watch {
        return watch::run(global, arguments);
    }
    if !arguments.single_file && arguments.context.is_none() {
        let unread = Session::here(global, &arguments.when, State::Folder)?;
        let (plans, as_of) = (unread.plans()?, unread.as_of);
        let announce = |published: &Published| {
            let index = published.folder.join("index.html");
            announce(global, as_of, arguments, &index, &told(published))
        };
        let (_, ending) = write_folder(unread, &plans, arguments, announce)?;
        return Ok(ending);
    }
    let session = Session::open(global, &arguments.when)?;
    refuse_no_files(&session)?;
    if let Some(page) = &arguments.context {
        with_site(&session, &Past::of(&session)?, |site| print_context(site, page))?;
        return Ok(session.end());
    }
    let (page, told) = single::write(&session, arguments)?;
    match page {
        Some(page) => announce(global, session.as_of, arguments, &page, &told)?,
        None => output::note(global, &format!("{told}, as of {}", session.as_of)),
    }
    Ok(session.end())
}

/// Writes the site into its folder, unless it stands there as it would be made; `announce` is called once it is there,
/// before whatever else there is to say.
fn write_folder(
    unread: Session<'_, Unread>,
    plans: &str,
    arguments: &Arguments,
    announce: impl FnOnce(&Published) -> Result<()>,
) -> Result<(Published, Ending)> {
    refuse_no_files(&unread)?;
    let out = arguments.folder(&unread.root);
    let foreign = arguments.foreign();
    let place = Place::of(&Target { out: &out, root: &unread.root, plans, foreign })?;
    let made_of = MadeOf::of(&unread, place.folder());
    let unchanged = made_of.as_ref().and_then(|made_of| made_of.unchanged(&unread, plans, &place));
    if let Some(receipt) = unchanged {
        unread.tell_depth()?;
        output::detail(unread.global, "nothing that the report is made of has changed");
        let published = place.unchanged(receipt);
        announce(&published)?;
        return Ok((published, Ending::Sound));
    }
    let session = unread.files()?.join();
    let past = Past::of(&session)?;
    let published = with_files(&session, &past, |site, files, render| {
        place.publish(files, |file| site.is_large(*file), render)
    })?;
    announce(&published)?;
    let ending = session.end();
    // Whatever else there is to say has to be said by every run.
    let is_silent = ending == Ending::Sound
        && past.is_whole(&session)
        && site::templates::unused(&overrides(&session)?).is_empty();
    if let Some(made_of) = made_of.filter(|_| is_silent) {
        made_of.keep_report(&session, &published.receipt);
    }
    Ok((published, ending))
}

/// Says where the report is and what became of it, and opens it if that is wanted.
fn announce(
    global: &Global,
    as_of: Date,
    arguments: &Arguments,
    page: &Path,
    told: &str,
) -> Result<()> {
    output::print(&format!("{}\n", page.display()))?;
    output::note(global, &format!("{told}, as of {as_of}"));
    if arguments.open {
        open_page(global, &page.to_string_lossy());
    }
    Ok(())
}

impl Arguments {
    /// The folder to write, of the workspace in this one.
    fn folder(&self, root: &Path) -> PathBuf {
        self.out.clone().unwrap_or_else(|| root.join("public"))
    }

    /// Tells whether standard output is named.
    fn is_to_stdout(&self) -> bool {
        self.out.as_ref().is_some_and(|out| out.as_os_str() == "-")
    }

    fn foreign(&self) -> Foreign {
        if self.force { Foreign::Keep } else { Foreign::Refuse }
    }
}

/// Renders the report of the sample repository into its folder `public`; the path of its index.
pub(super) fn write_demo(global: &Global, root: &Path) -> Result<PathBuf> {
    let when = When { as_of: None, rev: None, require_history: false };
    let session =
        Session::around(global, &when, State::Folder, root, repo::open_own)?.files()?.join();
    let (out, plans) = (root.join("public"), &session.workspace.model.settings.plans);
    let place =
        Place::of(&Target { out: &out, root: &session.root, plans, foreign: Foreign::Refuse })?;
    let past = Past::of(&session)?;
    let published = with_files(&session, &past, |site, files, render| {
        place.publish(files, |file| site.is_large(*file), render)
    })?;
    Ok(published.folder.join("index.html"))
}

/// What became of the files of a site, in words.
fn told(published: &Published) -> String {
    let all = published.files().count();
    let files = count(all, "file");
    let wrote = match published.written {
        0 if published.removed == 0 => return format!("nothing changed in {files}"),
        written if written == all => format!("wrote {files}"),
        written => format!("wrote {written} of {files}"),
    };
    match published.removed {
        0 => wrote,
        removed => format!("{wrote} and removed {removed}"),
    }
}

/// Opens a page in the browser; says so if there is none.
pub(super) fn open_page(global: &Global, page: &str) {
    if let Err(error) = open::that_detached(page) {
        output::warn(
            global,
            &format!("could not open a browser: {error}"),
            Some(&format!("open {page} by hand")),
        );
    }
}

/// What makes a file of a site: its path, and its bytes.
type Render<'a> = &'a (dyn Fn(&site::File) -> Result<(String, Vec<u8>)> + Sync);

/// Makes the site ready, and hands it over with its files and what makes them.
fn with_files<T>(
    session: &Session<'_>,
    past: &Past,
    make: impl FnOnce(&Site<'_>, &[site::File], Render<'_>) -> Result<T>,
) -> Result<T> {
    let snapshot = &session.workspace.snapshot;
    with_site(session, past, |site| {
        let files = site.files();
        let watch = Watch::begin(session.global);
        let progress = Progress::counted(session.global, "rendering", files.len());
        make(site, &files, &|file: &site::File| {
            let rendered = watch.page(|| site.render(*file));
            progress.step();
            rendered.map_err(|error| in_template(&error, snapshot))
        })
    })
}

/// Prints what the template of the page at this path is given; without a path, a list of what those of all pages are.
fn print_context(site: &Site<'_>, path: &str) -> Result<()> {
    let pages: Vec<Told> = site.files().into_iter().filter_map(|file| site.context(file)).collect();
    if path.is_empty() {
        let pages: Vec<String> = pages.iter().map(Told::json).collect();
        return output::print(&format!("[\n{}\n]\n", pages.join(",\n")));
    }
    match pages.iter().find(|page| page.path == path) {
        Some(page) => output::print(&(page.json() + "\n")),
        None => {
            let message = format!("the report has no page `{}`", printable(path));
            let all = pages.iter().map(|page| page.path.as_str()).collect();
            Err(among(Error::new(Kind::Usage, message), path, all))
        }
    }
}

/// What the commits tell.
struct Past {
    history: Option<History>,
    /// Nothing where it is not wanted either.
    work: Option<Work>,
}

impl Past {
    /// Reads it, and says what is missing.
    fn of(session: &Session<'_>) -> Result<Self> {
        let history = session.history()?;
        let wants_work = session.workspace.model.settings.work;
        let work = if wants_work { session.work_at_hand()? } else { None };
        Ok(Self { history, work })
    }

    /// Tells whether all could be read that is there, without a word about any of it.
    fn is_whole(&self, session: &Session<'_>) -> bool {
        let wants_work = session.workspace.model.settings.work;
        let is_clear = |work: &Work| work.unclear.is_empty();
        session.tip().is_none()
            || self.history.is_some() && self.work.as_ref().map_or(!wants_work, is_clear)
    }
}

/// Makes the site ready, and hands it to `then`.
fn with_site<T>(
    session: &Session<'_>,
    past: &Past,
    then: impl FnOnce(&Site<'_>) -> Result<T>,
) -> Result<T> {
    let Past { history, work } = past;
    let rollup = session.rollup(history.as_ref());
    let model = &session.workspace.model;
    let settings = &model.settings;
    let (as_of, today) = (session.as_of, session.today);
    let judged = pipeline::judge(&session.workspace, &rollup, history.as_ref(), as_of, today);
    let scoring = judged.scoring();
    let remote = || session.repo.as_ref().and_then(|repo| repo.remote_url());
    let folder = session.prefix();
    let input = site::Input {
        folder: &folder,
        model,
        rollup: &rollup,
        history: history.as_ref(),
        work: work.as_ref(),
        revision: session.tip(),
        uncommitted: session.is_uncommitted(&settings.plans),
        read: session.revision,
        findings: &judged.findings,
        files: &session.workspace.snapshot,
        cards: &|at| scoring.of_goal(at),
        as_of,
        repository: settings
            .repository_url
            .clone()
            .or_else(|| remote().as_deref().and_then(web_address)),
    };
    let overrides = overrides(session)?;
    warn_of_unused(session.global, &overrides);
    let site = Site::new(&input, &overrides)
        .map_err(|error| in_template(&error, &session.workspace.snapshot))?;
    then(&site)
}

/// The web address of a repository, guessed from its remote; without any user or password in it.
fn web_address(remote: &str) -> Option<String> {
    let address = if let Some(rest) =
        remote.strip_prefix("https://").or_else(|| remote.strip_prefix("http://"))
    {
        rest.rsplit_once('@').map_or(rest, |(_, host)| host).to_owned()
    } else if let Some(rest) = remote.strip_prefix("ssh://") {
        let (host, path) = rest.rsplit_once('@').map_or(rest, |(_, host)| host).split_once('/')?;
        format!("{}/{path}", host.split(':').next()?)
    } else {
        let (host, path) = remote.split_once(':').filter(|(host, path)| {
            !host.contains('/') && host.contains('@') && !path.starts_with('/')
        })?;
        format!("{}/{path}", host.rsplit('@').next()?)
    };
    let plain = address.trim_end_matches('/').trim_end_matches(".git");
    (plain.contains('/') && !plain.contains(['"', '<', '>', ' ']))
        .then(|| format!("https://{plain}"))
}

#[cfg(test)]
mod tests {
    use super::web_address;

    #[test]
    fn remotes_become_web_addresses_without_secrets() {
        let expected = Some("https://forge.example/acme/goals".to_owned());
        for remote in [
            "https://forge.example/acme/goals.git",
            "https://user:secret@forge.example/acme/goals",
            "git@forge.example:acme/goals.git",
            "ssh://git@forge.example:2222/acme/goals.git",
        ] {
            assert_eq!(web_address(remote), expected, "{remote}");
        }
        for remote in ["/srv/git/goals.git", "../goals", "file:///srv/goals", "C:/goals"] {
            assert_eq!(web_address(remote), None, "{remote}");
        }
    }
}
