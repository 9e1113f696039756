//! The static report: views to pages.
//!
//! [`pages`] takes a [`Site`] (what each page shows, as text that is ready to show) and returns every file of the
//! site by its path. It is a pure function: it reads no clock and no disk, and the same site gives the same bytes.
//! What the pages look like is up to the templates, which a workspace may replace one by one.
//!
//! It does not compute: figures come from the rollup, witnesses from the history. The views' constructors, the
//! functions of `figure`, `chart`, `markdown` and `link` are how a caller turns those into a [`Site`].

pub mod build;
pub mod chart;
pub mod escape;
pub mod figure;
pub mod link;
pub mod markdown;
pub mod templates;
pub mod view;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use tera::Context;

pub use build::{Input, site};
pub use templates::TemplateError;

use templates::Templates;
use view::{CyclePage, GoalPage, IndexPage, SiteInfo, TeamPage};

/// All that the report shows, page by page.
#[derive(Debug, Clone)]
pub struct Site {
    /// What all pages share.
    pub info: SiteInfo,
    /// The front page.
    pub index: IndexPage,
    /// The pages of the cycles.
    pub cycles: Vec<CyclePage>,
    /// The pages of the teams, one per cycle in which they have goals.
    pub teams: Vec<TeamPage>,
    /// The pages of the goals.
    pub goals: Vec<GoalPage>,
}

/// Renders the site: the path of each file, from the site's root, and its bytes.
///
/// `overrides` are the workspace's own templates by name (`goal.html`, `style.css`), each in place of the built-in
/// one of that name. A template is given `site` (a [`SiteInfo`]) and `page` (the page's view).
///
/// # Errors
/// A template that cannot be parsed or rendered; of several the first by the order of pages.
pub fn pages(
    site: &Site,
    overrides: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Vec<u8>>, TemplateError> {
    let templates = Templates::new(overrides)?;
    let mut base = Context::new();
    base.insert("site", &site.info);
    let mut files =
        BTreeMap::from([(link::STYLE.to_owned(), templates.style().as_bytes().to_vec())]);
    for rendered in jobs(site).par_iter().map(|job| job.run(&templates, &base)).collect::<Vec<_>>()
    {
        let (path, bytes) = rendered?;
        files.insert(path, bytes);
    }
    Ok(files)
}

/// One page that is to be rendered.
enum Job<'a> {
    Index(&'a IndexPage),
    Cycle(&'a CyclePage),
    Team(&'a TeamPage),
    Goal(&'a GoalPage),
}

fn jobs(site: &Site) -> Vec<Job<'_>> {
    let index = std::iter::once(Job::Index(&site.index));
    let cycles = site.cycles.iter().map(Job::Cycle);
    let teams = site.teams.iter().map(Job::Team);
    let goals = site.goals.iter().map(Job::Goal);
    index.chain(cycles).chain(teams).chain(goals).collect()
}

impl Job<'_> {
    fn run(
        &self,
        templates: &Templates,
        base: &Context,
    ) -> Result<(String, Vec<u8>), TemplateError> {
        match self {
            Self::Index(page) => render(templates, base, "index.html", &page.head.path, page),
            Self::Cycle(page) => render(templates, base, "cycle.html", &page.head.path, page),
            Self::Team(page) => render(templates, base, "team.html", &page.head.path, page),
            Self::Goal(page) => render(templates, base, "goal.html", &page.head.path, page),
        }
    }
}

fn render<P: Serialize>(
    templates: &Templates,
    base: &Context,
    template: &str,
    path: &str,
    page: &P,
) -> Result<(String, Vec<u8>), TemplateError> {
    let mut context = base.clone();
    context.insert("page", page);
    Ok((path.to_owned(), templates.render(template, &context)?))
}
