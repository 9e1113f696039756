//! `goals report`: the static site.

mod endless;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::publish::{Foreign, Published, Target, publish};
use super::session::{Session, State};
use super::shared::{Global, When};
use super::{Ending, output};
use crate::error::{Error, Kind, Result};
use crate::pipeline::{self, TEMPLATES};
use crate::render::site::{self, Site, TemplateError};
use crate::repo;
use crate::text::count;
use clap::Args;
use endless::Watch;

#[derive(Args)]
#[command(
    after_help = "A file in templates/ of the workspace overrides the built-in one of the same name."
)]
pub(super) struct Arguments {
    /// The folder to write; an older report in it is replaced [default: public in the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Open it in the browser
    #[arg(long)]
    open: bool,
    /// Keep files in the folder that are not of the report
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    when: When,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    let foreign = if arguments.force { Foreign::Keep } else { Foreign::Refuse };
    let out = arguments.out.clone().unwrap_or_else(|| session.root.join("public"));
    let published = write(&session, &out, foreign)?;
    let index = published.folder.join("index.html");
    output::print(&format!("{}\n", index.display()))?;
    output::note(global, &format!("{}, as of {}", told(&published), session.as_of));
    if arguments.open {
        open_page(global, &index);
    }
    Ok(session.end())
}

/// Renders the report of the sample repository into its folder `public`; the path of its index.
pub(super) fn write_demo(global: &Global, root: &Path) -> Result<PathBuf> {
    let when = When { as_of: None, rev: None, require_history: false };
    let session = Session::open_at(global, &when, State::Folder, root, repo::open_own)?;
    let published = write(&session, &root.join("public"), Foreign::Refuse)?;
    Ok(published.folder.join("index.html"))
}

/// What became of the files of a site, in words.
fn told(published: &Published) -> String {
    let files = count(published.files.len(), "file");
    let wrote = match published.written {
        0 if published.removed == 0 => return format!("nothing changed in {files}"),
        written if written == published.files.len() => format!("wrote {files}"),
        written => format!("wrote {written} of {files}"),
    };
    match published.removed {
        0 => wrote,
        removed => format!("{wrote} and removed {removed}"),
    }
}

/// Opens a page in the browser; says so if there is none.
pub(super) fn open_page(global: &Global, page: &Path) {
    if let Err(error) = open::that_detached(page) {
        output::warn(
            global,
            &format!("could not open a browser: {error}"),
            Some(&format!("open {} by hand", page.display())),
        );
    }
}

/// Renders the site into its folder.
fn write(session: &Session<'_>, out: &Path, foreign: Foreign) -> Result<Published> {
    let history = session.history()?;
    let rollup = session.rollup(history.as_ref());
    let wants_work = session.workspace.model.settings.work;
    let work = if wants_work { session.work_at_hand()? } else { None };
    let model = &session.workspace.model;
    let settings = &model.settings;
    let (as_of, today) = (session.as_of, session.today);
    let cards = pipeline::scorecards(&session.workspace, &rollup, history.as_ref(), as_of, today);
    let remote = || session.repo.as_ref().and_then(|repo| repo.remote_url());
    let folder = session.prefix();
    let input = site::Input {
        folder: &folder,
        model,
        rollup: &rollup,
        history: history.as_ref(),
        work: work.as_ref(),
        revision: session.tip(),
        read: session.revision,
        cards: &cards,
        as_of,
        repository: settings
            .repository_url
            .clone()
            .or_else(|| remote().as_deref().and_then(web_address)),
    };
    let overrides: BTreeMap<String, String> = session
        .workspace
        .snapshot
        .below(TEMPLATES)
        .filter_map(|(path, content)| {
            Some((
                path.strip_prefix(TEMPLATES)?.strip_prefix('/')?.to_owned(),
                content.text()?.to_owned(),
            ))
        })
        .collect();
    let site = Site::new(&input, &overrides).map_err(in_template)?;
    let target = Target { out, root: &session.root, plans: &settings.plans, foreign };
    let files = site.files();
    let watch = Watch::begin(session.global);
    let progress = Progress::counted(session.global, "rendering", files.len());
    publish(&target, &files, |file| {
        let rendered = watch.page(|| site.render(*file));
        progress.step();
        rendered.map_err(in_template)
    })
}

/// A mistake in a template, which is always one of the workspace's own.
fn in_template(error: TemplateError) -> Error {
    Error::new(Kind::Template, format!("could not render the report: {error}"))
        .hint("mend the template, or remove it to use the built-in one")
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
