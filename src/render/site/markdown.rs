//! Markdown to HTML that can do no harm.
//!
//! Raw HTML is shown as the text it is, links keep only harmless addresses, pictures become links to
//! themselves (a page loads nothing), and headings sink below those of the page.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use tera::Value;

use super::{escape, link::Href};

/// Markup that was made by this program and may be shown as it is, whole and between tags, never in an attribute.
///
/// It is made only of what has been escaped.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct Markup(String);

impl Markup {
    /// Takes over markup whose every foreign text has been escaped by the caller.
    pub(super) fn trusted(markup: String) -> Self {
        Self(markup)
    }

    /// The markup as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Markup {
    /// Templates are given a text that the engine knows to be safe, everybody else is given a text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::safe_string(&self.0).serialize(serializer)
    }
}

/// Renders Markdown as blocks. `None` if there is nothing but blanks.
pub fn blocks(source: &str) -> Option<Markup> {
    if source.trim().is_empty() {
        return None;
    }
    if is_plain(source) {
        return Some(Markup(["<p>", source, "</p>\n"].concat()));
    }
    let source = escape::clean(source);
    Some(Markup(parsed(&source)))
}

/// Tells whether a text is a sentence in which nothing has a meaning of its own.
fn is_plain(source: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let is_inside = |c: char| c.is_ascii_alphanumeric() || " .,:;?%/()'-".contains(c);
    source.starts_with(|c: char| c.is_ascii_alphabetic())
        && source.ends_with(is_word)
        && source.chars().all(is_inside)
}

/// What the parser makes of Markdown, without what could do harm.
fn parsed(source: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut filter = Filter::default();
    let mut rendered = String::with_capacity(source.len() * 3 / 2);
    let events = Parser::new_ext(source, options).filter_map(|event| filter.event(event));
    html::push_html(&mut rendered, events);
    rendered
}

/// A text in which backticks set names apart, as findings have it, as inline markup.
pub fn code_spans(text: &str) -> Markup {
    let mut rendered = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, (inside, after))) =
        rest.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        escape::push_text(&mut rendered, before);
        rendered.push_str("<code>");
        escape::push_text(&mut rendered, inside);
        rendered.push_str("</code>");
        rest = after;
    }
    // Nothing closes what may be open here.
    escape::push_text(&mut rendered, rest);
    Markup(rendered)
}

/// Renders the page of a rule without its heading; `way` is asked for the address of each page that it links to, and
/// where there is none, the text stays without a link.
pub fn rule_page(source: &str, way: impl Fn(&str) -> Option<String>) -> Markup {
    let body = source
        .split_once('\n')
        .filter(|_| source.starts_with("# "))
        .map_or(source, |(_, body)| body);
    let mut filter = Filter::default();
    let mut rendered = String::with_capacity(body.len() * 3 / 2);
    let events = Parser::new_ext(body, Options::ENABLE_TABLES).filter_map(|event| {
        filter.event(match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = way(&dest_url).unwrap_or_default().into();
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            other => other,
        })
    });
    html::push_html(&mut rendered, events);
    Markup(rendered)
}

/// What the filter has to remember between an opening and its closing.
#[derive(Default)]
struct Filter {
    /// For each open link or picture: whether an `<a>` was written for it.
    written: Vec<bool>,
}

impl Filter {
    fn event<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
                level: demoted(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(demoted(level)))),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.open(&dest_url)
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.close(),
            other => Some(other),
        }
    }

    fn open<'a>(&mut self, address: &str) -> Option<Event<'a>> {
        let inside_link = self.written.contains(&true);
        let href = Href::external(address).filter(|_| !inside_link);
        self.written.push(href.is_some());
        href.map(|href| {
            let href = escape::text(href.as_str());
            let tag = format!("<a href=\"{href}\" rel=\"nofollow noreferrer\">");
            Event::InlineHtml(CowStr::from(tag))
        })
    }

    fn close<'a>(&mut self) -> Option<Event<'a>> {
        let written = self.written.pop().unwrap_or(false);
        written.then(|| Event::InlineHtml(CowStr::from("</a>")))
    }
}

/// A page uses the first two levels itself.
fn demoted(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(source: &str, expected: &str) {
        let rendered = blocks(source).expect("the source is not blank");
        assert_eq!(rendered.as_str().trim(), expected, "{source}");
    }

    proptest! {
        #[test]
        fn a_plain_sentence_is_what_the_parser_makes_of_it(
            source in "[A-Za-z][A-Za-z0-9 .,:;?%/()'-]{0,24}[a-z.]",
        ) {
            prop_assert!(is_plain(&source));
            prop_assert_eq!(blocks(&source).map(|markup| markup.0), Some(parsed(&source)));
        }
    }

    #[test]
    fn ordinary_markdown_is_rendered() {
        check("a *b* `c`", "<p>a <em>b</em> <code>c</code></p>");
        check("# One", "<h3>One</h3>");
        check("### Three", "<h5>Three</h5>");
        check("###### Six", "<h6>Six</h6>");
        assert_eq!(blocks(" \n "), None);
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        check("a <script>alert(1)</script>", "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>");
        check("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>");
        let block = blocks("<div>\n<script>\nalert(1)\n</script>\n</div>").expect("not blank");
        assert!(!block.as_str().contains("<script") && !block.as_str().contains("<div"));
    }

    #[test]
    fn links_keep_only_harmless_addresses() {
        check(
            "[x](https://e.example/?a=1&b)",
            "<p><a href=\"https://e.example/?a=1&amp;b\" rel=\"nofollow noreferrer\">x</a></p>",
        );
        check("[x](docs/a.md)", "<p><a href=\"docs/a.md\" rel=\"nofollow noreferrer\">x</a></p>");
        for bad in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](data:text/html,hi)",
            "[x](//evil.example)",
            "[x](/\\\\evil.example)",
            "[x][r]\n\n[r]: vbscript:x",
        ] {
            check(bad, "<p>x</p>");
        }
        check("<javascript:alert(1)>", "<p>javascript:alert(1)</p>");
        check(
            "[x](https://e.example/\"onmouseover=alert(1))",
            "<p><a href=\"https://e.example/%22onmouseover=alert(1)\" rel=\"nofollow noreferrer\">x</a></p>",
        );
    }

    #[test]
    fn pictures_become_links_or_text() {
        check(
            "![alt](https://e.example/a.png)",
            "<p><a href=\"https://e.example/a.png\" rel=\"nofollow noreferrer\">alt</a></p>",
        );
        check("![alt](javascript:x)", "<p>alt</p>");
        check(
            "[![alt](https://e.example/a.png)](https://e.example)",
            "<p><a href=\"https://e.example\" rel=\"nofollow noreferrer\">alt</a></p>",
        );
        check(
            "![a [b](https://i.example)](https://o.example)",
            "<p><a href=\"https://o.example\" rel=\"nofollow noreferrer\">a b</a></p>",
        );
    }

    #[test]
    fn names_in_backticks_are_set_apart() {
        let check = |text: &str, expected: &str| assert_eq!(code_spans(text).as_str(), expected);
        check("`a<b` has no owner", "<code>a&lt;b</code> has no owner");
        check("one ` alone", "one ` alone");
        check("`<script>` and `", "<code>&lt;script&gt;</code> and `");
    }

    #[test]
    fn a_rule_page_leads_to_the_pages_that_are_there() {
        let page =
            "# a-rule\n\nSee [one](one.md) and [two](two.md).\n\n## Example\n\n```toml\n# x\n```\n";
        let way = |page: &str| (page == "one.md").then(|| "#rule-one".to_owned());
        assert_eq!(
            rule_page(page, way).as_str(),
            "<p>See <a href=\"#rule-one\" rel=\"nofollow noreferrer\">one</a> and two.</p>\n<h4>Example</h4>\n<pre><code class=\"language-toml\"># x\n</code></pre>\n"
        );
    }

    #[test]
    fn forbidden_characters_are_replaced() {
        check("a\u{202E}b\u{7}", "<p>a\u{FFFD}b\u{FFFD}</p>");
    }
}
