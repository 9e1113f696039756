//! The static report: views to pages.
//!
//! [`Site::new`] takes an [`Input`] (what the files say, its figures, its history) and knows every file of the report
//! ([`Site::files`]); [`Site::render`] makes one of them: its view, then its bytes. So a large site is never in memory
//! as a whole, and files can be made side by side. It is a pure function: it reads no clock and no disk, and the same
//! input gives the same bytes. What the pages look like is up to the templates, which a workspace may replace one by
//! one.
//!
//! It does not compute: figures come from the rollup, witnesses from the history.

pub mod badge;
mod build;
pub mod chart;
pub mod escape;
pub mod feed;
pub mod figure;
mod given;
pub mod link;
pub mod markdown;
pub mod single;
pub mod templates;
pub mod view;

#[cfg(test)]
mod example;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Context;

pub use build::Input;
pub use given::{Told, schema};
pub use templates::TemplateError;

use build::Scope;
use given::Given;
use templates::Templates;
use view::PageHead;

/// A report that is ready to be rendered, file by file.
pub struct Site<'a> {
    scope: Scope<'a>,
    templates: Templates,
    /// What every template is given.
    base: Context,
}

/// One file of a report. The numbers are positions in the rollup, unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// The style sheet.
    Style,
    /// The script.
    Script,
    /// Every figure as JSON: what `goals rollup` prints.
    Figures,
    /// Every event as JSON, one a line: what `goals log` prints.
    Events,
    /// The front page.
    Index,
    /// The page of all goals.
    Search,
    /// What happened lately.
    Changes,
    /// What the rules find.
    Findings,
    /// The latest changes as a feed; only where it is known where the report is published.
    Feed,
    /// The alignment map.
    Map,
    /// What was thought half-way, and what came of it.
    Calibration,
    /// The page of a cycle.
    Cycle(usize),
    /// The page of a team; its position among all teams.
    Team(usize),
    /// The page of a person; their position among all people.
    Person(usize),
    /// The page of a goal.
    Goal(usize),
    /// The badge of a goal.
    Badge(usize),
}

impl<'a> Site<'a> {
    /// Reads the templates and looks up what several pages share.
    ///
    /// `overrides` are the workspace's own templates by name (`goal.html`, `style.css`), each in place of the
    /// built-in one of that name. A template is given `site` (a [`view::SiteInfo`]) and `page` (the page's view).
    ///
    /// # Errors
    ///
    /// A template that cannot be parsed.
    pub fn new(
        input: &Input<'a>,
        overrides: &BTreeMap<String, String>,
    ) -> Result<Self, TemplateError> {
        let templates = Templates::new(overrides)?;
        let mut base = Context::new();
        base.insert("site", &build::info(input));
        Ok(Self { scope: Scope::new(input), templates, base })
    }

    /// Every file of the report, in the order in which a mistake in a template is best told.
    pub fn files(&self) -> Vec<File> {
        let (scope, goals) = (&self.scope, self.scope.rollup.goals.len());
        let mut files = vec![
            File::Style,
            File::Script,
            File::Index,
            File::Search,
            File::Changes,
            File::Map,
            File::Calibration,
            File::Findings,
        ];
        files.extend((0..scope.rollup.cycles.len()).map(File::Cycle));
        files.extend((0..scope.teams().len()).map(File::Team));
        files.extend((0..scope.people().len()).map(File::Person));
        files.extend((0..goals).map(File::Goal));
        files.extend([File::Figures, File::Events]);
        files.extend(scope.is_published().then_some(File::Feed));
        files.extend((0..goals).map(File::Badge));
        files
    }

    /// Tells whether a file tells of all goals, of all of a cycle, or of very many: in a large workspace few of these fit
    /// in memory.
    pub fn is_large(&self, file: File) -> bool {
        match file {
            File::Index
            | File::Search
            | File::Changes
            | File::Findings
            | File::Feed
            | File::Map
            | File::Calibration
            | File::Cycle(_)
            | File::Figures
            | File::Events => true,
            File::Goal(at) => self.scope.is_shared_by_many(at),
            File::Style | File::Script | File::Team(_) | File::Person(_) | File::Badge(_) => false,
        }
    }

    /// Renders one file: its path from the site's root, and its bytes.
    ///
    /// # Errors
    ///
    /// A template that cannot be rendered.
    pub fn render(&self, file: File) -> Result<(String, Vec<u8>), TemplateError> {
        match self.made(file) {
            Made::File(path, bytes) => Ok((path, bytes)),
            Made::Page(Given { template, path, context }) => {
                Ok((path, self.templates.render(template, &context)?))
            }
        }
    }

    /// What the template of a page is given; nothing for files that no template makes.
    pub fn context(&self, file: File) -> Option<Told> {
        match self.made(file) {
            Made::File(..) => None,
            Made::Page(given) => Some(given.told()),
        }
    }

    fn made(&self, file: File) -> Made {
        let (scope, rollup) = (&self.scope, self.scope.rollup);
        match file {
            File::Style => Made::File(link::STYLE.to_owned(), self.templates.style().into()),
            File::Figures => Made::File(link::FIGURES.to_owned(), build::figures(scope).into()),
            File::Events => Made::File(link::EVENTS.to_owned(), build::events(scope).into()),
            File::Script => Made::File(link::SCRIPT.to_owned(), self.templates.script().into()),
            File::Search => self.page("search.html", &build::search(scope), |page| &page.head),
            File::Index => self.page("index.html", &build::index(scope), |page| &page.head),
            File::Changes => self.page("changes.html", &build::changes(scope), |page| &page.head),
            File::Findings => {
                self.page("findings.html", &build::findings(scope), |page| &page.head)
            }
            File::Feed => {
                let feed = build::feed(scope);
                Made::File(link::FEED.to_owned(), feed::atom(&feed).into())
            }
            File::Calibration => {
                self.page("calibration.html", &build::calibration(scope), |page| &page.head)
            }
            File::Map => self.page("map.html", &build::map(scope), |page| &page.head),
            File::Cycle(at) => {
                self.page("cycle.html", &build::cycle(scope, &rollup.cycles[at]), |page| &page.head)
            }
            File::Team(at) => {
                self.page("team.html", &build::team(scope, scope.teams()[at]), |page| &page.head)
            }
            File::Person(at) => {
                self.page("person.html", &build::person(scope, scope.people()[at]), |page| {
                    &page.head
                })
            }
            File::Goal(at) => self.page("goal.html", &build::goal(scope, at), |page| &page.head),
            File::Badge(at) => {
                let (path, badge) = build::badge(scope, at);
                Made::File(path, badge.into())
            }
        }
    }

    /// A page's view for its template.
    fn page<P: Serialize>(
        &self,
        template: &'static str,
        page: &P,
        head: impl Fn(&P) -> &PageHead,
    ) -> Made {
        let mut context = self.base.clone();
        context.insert("page", page);
        Made::Page(Given { template, path: head(page).path.clone(), context })
    }
}

/// A file that is finished, or a page that its template is still to make.
enum Made {
    /// The path from the site's root, and the bytes.
    File(String, Vec<u8>),
    /// The page.
    Page(Given),
}
