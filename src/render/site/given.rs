//! What each page's template is given, as `goals report --context` prints it, and the JSON Schema of that.

use schemars::JsonSchema;
use serde::Serialize;
use tera::{Context, Value};

use super::view::*;

/// A page that is ready to be rendered.
pub(super) struct Given {
    /// The name of its template.
    pub(super) template: &'static str,
    /// Its path from the site's root.
    pub(super) path: String,
    /// What the template is given.
    pub(super) context: Context,
}

impl Given {
    /// The same for people and programs to read.
    pub(super) fn told(self) -> Told {
        let value = |name: &str| self.context.get(name).cloned();
        let (site, page) = (value("site"), value("page"));
        Told { template: self.template, path: self.path, site, page }
    }
}

/// What one page's template is given; [`schema`] describes it.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// The name of its template.
    pub template: &'static str,
    /// Its path from the site's root.
    pub path: String,
    site: Option<Value>,
    page: Option<Value>,
}

impl Told {
    /// As indented JSON, without a line break at its end.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("views are plain data")
    }
}

/// What the template of a page is given.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its shape is asked for")]
struct Shape {
    /// The name of the page's template.
    template: String,
    /// The path of the page from the site's root.
    path: String,
    /// What all pages share.
    site: SiteInfo,
    /// What the page shows, by its template.
    page: PageShape,
}

/// What a page shows, by its template.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its shape is asked for")]
struct PageShape {
    #[schemars(rename = "index.html")]
    index: IndexPage,
    #[schemars(rename = "cycle.html")]
    cycle: CyclePage,
    #[schemars(rename = "team.html")]
    team: TeamPage,
    #[schemars(rename = "person.html")]
    person: PersonPage,
    #[schemars(rename = "goal.html")]
    goal: GoalPage,
    #[schemars(rename = "changes.html")]
    changes: ChangesPage,
    #[schemars(rename = "findings.html")]
    findings: FindingsPage,
    #[schemars(rename = "search.html")]
    search: SearchPage,
    #[schemars(rename = "map.html")]
    map: MapPage,
    #[schemars(rename = "calibration.html")]
    calibration: CalibrationPage,
}

/// The JSON Schema of the views: `site` as it is, and under `page` one member for each template.
pub fn schema() -> schemars::Schema {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<Shape>()
}
