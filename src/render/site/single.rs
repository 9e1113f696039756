//! The whole report in one page: the front page, and below it what every other page shows.
//!
//! It is made from finished pages, so a workspace's own templates need not know of it. Each page becomes a part with
//! an id of its own (`page:goals:2026-q4:calm`); its ids are put behind that (`page:goals:2026-q4:calm::kr-lead-time`),
//! and links between pages become links to those. Style and script stand in the page, and its policy allows just these.
//! What would be a landmark on a page of its own is none among so many: names of sections are left out.

mod digest;
mod markup;

use std::collections::HashSet;

use super::link;
use markup::{Piece, Tag, pieces};

/// Joins the files of a report, by path and bytes, the pages in this order, into one page.
pub fn join(files: &[(String, Vec<u8>)]) -> String {
    let text = |wanted: fn(&str) -> bool| {
        let texts = files.iter().filter(|(path, _)| wanted(path));
        texts.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect::<String>()
    };
    let style = inlined(&text(|path| path == link::STYLE), "style");
    let script = inlined(&text(|path| path.ends_with(".js")), "script");
    let pages: Vec<(&str, String)> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let known: HashSet<&str> = pages.iter().map(|(path, _)| *path).collect();
    let front = pages.iter().find(|(path, _)| *path == link::INDEX);
    let Some((path, front)) = front else { return String::new() };
    let shell = Shell { known: &known, path, style: &style, script: &script };
    let others = pages.iter().filter(|(path, _)| *path != link::INDEX);
    let parts: String = others.map(|(path, page)| part(path, page, &known)).collect();
    shell.around(front, &parts)
}

/// What a style or script is in an element of that name: nothing in it ends the element, and no browser reads its
/// line ends otherwise than they are digested.
fn inlined(text: &str, element: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}");
    let text = text.replace("<!--", "<\\!--").replace("</", "<\\/");
    if element == "script" { text.replace("<script", "\\x3Cscript") } else { text }
}

/// The id of a page's part: a name as XML has them, since pictures hold ids too, and another one for each page.
fn id_of(path: &str) -> String {
    let path = path.strip_suffix(".html").unwrap_or(path);
    format!("page:{}", path.replace('_', "__").replace('~', "_.").replace('/', ":"))
}

/// What stands before the ids of a page's part.
fn prefix_of(path: &str) -> String {
    format!("{}::", id_of(path))
}

/// A page as a part of the whole: the way to it, and what is in its `main`.
fn part(path: &str, page: &str, known: &HashSet<&str>) -> String {
    let pieces = without_search(pieces(page));
    let place = Place { path, known, prefix: prefix_of(path) };
    let mut part = format!("<section class=\"sheet\" id=\"{}\">\n", id_of(path));
    let is_way = |tag: &Tag<'_>| tag.name == "nav" && tag.value("class").is_some_and(is_crumbs);
    let mut way = String::new();
    match element(&pieces, is_way) {
        Some((from, to)) => place.rewrite(&pieces[from + 1..to], &mut way),
        None => way = format!("<a href=\"#{}\">Overview</a>", id_of(link::INDEX)),
    }
    part.push_str(&format!("<div class=\"crumbs sheet-way\">{way}</div>\n"));
    let (from, to) = frame(&pieces);
    place.rewrite(&pieces[from..to], &mut part);
    part.push_str("\n</section>\n");
    part
}

/// A page without the field that leads to another page which searches; here that is part of this one.
fn without_search(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let is_search = |tag: &Tag<'_>| tag.name == "form" && tag.value("action").is_some();
    while let Some((from, to)) = element(&pieces, is_search) {
        pieces.drain(from..(to + 1).min(pieces.len()));
    }
    pieces
}

fn is_crumbs(class: &str) -> bool {
    class.split_ascii_whitespace().any(|class| class == "crumbs")
}

/// From where to where reaches what is in a page's `main`, or in its body if it has none, or all of it.
fn frame(pieces: &[Piece<'_>]) -> (usize, usize) {
    let within = |name| element(pieces, |tag| tag.name == name);
    within("main").or_else(|| within("body")).map_or((0, pieces.len()), |(from, to)| (from + 1, to))
}

/// Where the first such element begins, and where its last closing tag stands.
fn element(pieces: &[Piece<'_>], is_it: impl Fn(&Tag<'_>) -> bool) -> Option<(usize, usize)> {
    let from = pieces.iter().position(|piece| matches!(piece, Piece::Tag(tag) if is_it(tag)))?;
    let Piece::Tag(opening) = &pieces[from] else { return None };
    let mut open = 0_usize;
    for (at, piece) in pieces.iter().enumerate().skip(from) {
        match piece {
            Piece::Tag(tag) if tag.name == opening.name && tag.closes => open -= 1,
            Piece::Tag(tag) if tag.name == opening.name => open += 1,
            _ => {}
        }
        if open == 0 {
            return Some((from, at));
        }
    }
    Some((from, pieces.len()))
}

/// The front page, around everything.
struct Shell<'a> {
    known: &'a HashSet<&'a str>,
    path: &'a str,
    style: &'a str,
    script: &'a str,
}

impl Shell<'_> {
    /// The front page with the other pages' parts below its own.
    fn around(&self, front: &str, parts: &str) -> String {
        let pieces = without_search(pieces(front));
        let (from, to) = frame(&pieces);
        let id = id_of(self.path);
        let inside = Place { path: self.path, known: self.known, prefix: prefix_of(self.path) };
        let mut whole = String::with_capacity(front.len() + parts.len() + self.style.len());
        self.outside(&pieces[..from], &mut whole);
        whole.push_str(&format!("\n<section class=\"sheet\" id=\"{id}\">"));
        inside.rewrite(&pieces[from..to], &mut whole);
        whole.push_str("</section>\n");
        whole.push_str(parts);
        self.outside(&pieces[to..], &mut whole);
        whole
    }

    /// What stands around the parts: style, script and policy are this page's own.
    fn outside(&self, pieces: &[Piece<'_>], whole: &mut String) {
        let place = Place { path: self.path, known: self.known, prefix: String::new() };
        for (at, piece) in pieces.iter().enumerate() {
            let Piece::Tag(tag) = piece else {
                place.rewrite(&pieces[at..=at], whole);
                continue;
            };
            let is_policy = tag
                .value("http-equiv")
                .is_some_and(|value| value.eq_ignore_ascii_case("Content-Security-Policy"));
            match tag.name.as_str() {
                "meta" if is_policy => whole.push_str(&self.policy()),
                "link" if tag.value("rel") == Some("stylesheet") => {
                    whole.push_str(&format!("<style>{}</style>", self.style));
                }
                "link" => {}
                "script" => {}
                "body" if tag.closes && !self.script.is_empty() => {
                    whole.push_str(&format!("<script>{}</script>\n</body>", self.script));
                }
                _ => place.rewrite(&pieces[at..=at], whole),
            }
        }
    }

    fn policy(&self) -> String {
        let script = match self.script {
            "" => String::new(),
            script => format!("script-src '{}'; ", digest::source(script)),
        };
        format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; {script}base-uri 'none'; form-action 'none'\">",
            digest::source(self.style)
        )
    }
}

/// Where pieces of a page stand.
struct Place<'a> {
    /// The page that they are of.
    path: &'a str,
    known: &'a HashSet<&'a str>,
    /// What is put before ids.
    prefix: String,
}

/// Attributes that hold ids, separated by blanks.
const IDS: [&str; 13] = [
    "id",
    "for",
    "headers",
    "list",
    "form",
    "popovertarget",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-details",
    "aria-flowto",
    "aria-activedescendant",
];

impl Place<'_> {
    /// Writes pieces with their ids and addresses as they are in the whole.
    fn rewrite(&self, pieces: &[Piece<'_>], whole: &mut String) {
        let mut open = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Tag(tag) if tag.closes => {
                    let is_landmark = self.is_landmark(tag);
                    let name = if is_landmark { open.pop() } else { None };
                    whole.push_str(&format!("</{}>", name.unwrap_or(tag.written)));
                }
                Piece::Tag(tag) => {
                    let name = self.name(tag);
                    if self.is_landmark(tag) {
                        open.push(name);
                    }
                    self.opening(tag, name, whole);
                }
            }
        }
    }

    /// Whether an element would be a landmark, among the many of the whole.
    fn is_landmark(&self, tag: &Tag<'_>) -> bool {
        const LANDMARKS: [&str; 5] = ["section", "nav", "aside", "main", "form"];
        !self.prefix.is_empty() && LANDMARKS.contains(&tag.name.as_str())
    }

    /// What an element is called: one that is nothing but a landmark is an ordinary one without its label.
    fn name<'t>(&self, tag: &Tag<'t>) -> &'t str {
        let stays = match tag.name.as_str() {
            "form" => true,
            "section" => tag.value("aria-label").is_none(),
            _ => false,
        };
        if self.is_landmark(tag) && !stays { "div" } else { tag.written }
    }

    fn opening(&self, tag: &Tag<'_>, name: &str, whole: &mut String) {
        let is_landmark = self.is_landmark(tag);
        whole.push('<');
        whole.push_str(name);
        for attribute in &tag.attributes {
            let names = matches!(attribute.name.as_str(), "aria-label" | "aria-labelledby");
            if is_landmark && names {
                continue;
            }
            let Some(value) = attribute.value else {
                whole.push_str(&format!(" {}", attribute.written));
                continue;
            };
            if let Some(value) = self.value(tag, &attribute.name, value) {
                let value = value.replace('"', "&quot;");
                whole.push_str(&format!(" {}=\"{value}\"", attribute.written));
            }
        }
        whole.push_str(if tag.whole.ends_with("/>") { "/>" } else { ">" });
    }

    /// The value of an attribute in the whole; nothing if it leads nowhere there.
    fn value(&self, tag: &Tag<'_>, name: &str, value: &str) -> Option<String> {
        let prefix = &self.prefix;
        if name == "href" || name == "xlink:href" {
            return self.address(value);
        }
        if IDS.contains(&name) {
            let ids = value.split_ascii_whitespace().map(|id| format!("{prefix}{id}"));
            return Some(ids.collect::<Vec<_>>().join(" "));
        }
        if name == "role" && value == "region" && !prefix.is_empty() {
            return Some("group".to_owned());
        }
        let groups = name == "name" && matches!(tag.name.as_str(), "details" | "input");
        let put = if groups { prefix.as_str() } else { "" };
        Some(format!("{put}{}", value.replace("url(#", &format!("url(#{prefix}"))))
    }

    /// Where a link leads in the whole; nothing if it leads to a file beside the pages.
    fn address(&self, address: &str) -> Option<String> {
        if leads_away(address) {
            return Some(address.to_owned());
        }
        let (file, anchor) = match address.split_once('#') {
            Some((file, anchor)) => (file, Some(anchor).filter(|anchor| !anchor.is_empty())),
            None => (address, None),
        };
        if let (true, "", Some(anchor)) = (file.is_empty(), self.prefix.as_str(), anchor) {
            return Some(format!("#{anchor}"));
        }
        let path = file.split('?').next().unwrap_or(file);
        let target = if path.is_empty() { self.path.to_owned() } else { below(self.path, path)? };
        let id = self.known.get(target.as_str()).map(|page| id_of(page))?;
        Some(match anchor {
            Some(anchor) => format!("#{id}::{anchor}"),
            None => format!("#{id}"),
        })
    }
}

/// Whether an address names a scheme or a host, or begins at the root of one.
fn leads_away(address: &str) -> bool {
    let end = address.find([':', '/', '?', '#']);
    address.starts_with('/') || end.is_some_and(|end| address[end..].starts_with(':'))
}

/// The path that a relative address means on the page `from`; nothing if it leads out of the site.
fn below(from: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(files: &[(&str, &str)]) -> String {
        let files: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect();
        join(&files)
    }

    const FRONT: &str = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"x\"><link rel=\"stylesheet\" href=\"style.css\"><link rel=\"alternate\" href=\"feed.xml\"></head><body><a href=\"#main\">Skip</a><form action=\"search.html\"><input></form><nav><a href=\"map.html\">Map</a></nav><main id=\"main\"><h1 id=\"a\">Front</h1><a href=\"goals/c/g.html#kr-x\">G</a></main></body></html>";
    const GOAL: &str = "<body><nav class=\"crumbs\"><ol><li><a href=\"../../index.html\">I</a></li></ol></nav><main id=\"main\"><section aria-labelledby=\"kr-x\"><h1 id=\"kr-x\">G</h1></section><nav aria-label=\"n\"><a href=\"#kr-x\">x</a><a href=\"../../goals.json\">j</a><a href=\"https://e.example/#y\">e</a></nav><svg viewBox=\"0 0 1 1\"><path fill=\"url(#kr-x)\"/></svg></main></body>";

    #[test]
    fn pages_become_parts_and_links_lead_to_them() {
        let whole = joined(&[
            ("style.css", "b{}\r\n"),
            ("index.html", FRONT),
            ("goals/c/g.html", GOAL),
            ("goals.json", "{}"),
        ]);
        for part in [
            "<a href=\"#main\">Skip</a>",
            "<main id=\"main\">",
            "<section class=\"sheet\" id=\"page:index\">",
            "<h1 id=\"page:index::a\">",
            "<a href=\"#page:goals:c:g::kr-x\">G</a>",
            "<section class=\"sheet\" id=\"page:goals:c:g\">",
            "<section><h1 id=\"page:goals:c:g::kr-x\">",
            "<div><a href=\"#page:goals:c:g::kr-x\">x</a><a>j</a><a href=\"https://e.example/#y\">e</a></div>",
            "<li><a href=\"#page:index\">I</a></li>",
            "<svg viewBox=\"0 0 1 1\"><path fill=\"url(#page:goals:c:g::kr-x)\"/></svg>",
            "<nav><a>Map</a></nav>",
            "<style>b{}\n</style>",
        ] {
            assert!(whole.contains(part), "{part} in {whole}");
        }
        assert!(
            !whole.contains("feed.xml") && !whole.contains("<script") && !whole.contains("<form")
        );
        let digest = digest::source("b{}\n");
        assert!(whole.contains(&format!("style-src '{digest}'; base-uri 'none'")));
    }

    #[test]
    fn style_and_script_stay_within_their_elements() {
        let whole = joined(&[
            ("style.css", "a::before{content:'</style><b>'}"),
            ("report.js", "x('<!--</script><script>')"),
            ("index.html", FRONT),
        ]);
        assert!(whole.contains("<style>a::before{content:'<\\/style><b>'}</style>"));
        let script = "x('<\\!--<\\/script>\\x3Cscript>')";
        assert!(whole.contains(&format!("<script>{script}</script>\n</body>")));
        assert!(whole.contains(&format!("script-src '{}'", digest::source(script))));
    }

    #[test]
    fn every_page_has_an_id_of_its_own() {
        let ids = ["a/b", "a~2fb", "a_.2fb", "a__.2fb", "a.b", "a-b", "a:b", "a_b"].map(id_of);
        let distinct: HashSet<&String> = ids.iter().collect();
        // A path holds no colon.
        assert_eq!(distinct.len(), ids.len() - 1, "{ids:?}");
        assert_eq!(id_of("goals/2026-q4/calm.html"), "page:goals:2026-q4:calm");
    }

    #[test]
    fn a_page_without_a_main_is_taken_whole() {
        let whole = joined(&[("index.html", "<p id=x>a"), ("b.html", "<body>b</body>")]);
        assert!(whole.contains("<p id=\"page:index::x\">a"), "{whole}");
        assert!(whole.contains("id=\"page:b\">") && whole.contains("\nb\n</section>"), "{whole}");
    }
}
