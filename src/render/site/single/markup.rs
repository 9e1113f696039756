//! A finished page taken apart at its tags, so that addresses and ids in it can be changed.
//!
//! It reads what browsers read as tags: nothing inside comments, scripts and styles, and no `>` within quotes. It
//! builds no tree; a page of a workspace's own template may be closed as carelessly as browsers allow.

/// A stretch of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Anything that is no tag.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
}

/// A tag as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// All of it, from `<` to `>`.
    pub(super) whole: &'a str,
    /// Its name as it is written; SVG has some with capital letters.
    pub(super) written: &'a str,
    /// Its name, in small letters.
    pub(super) name: String,
    /// Whether it closes an element.
    pub(super) closes: bool,
    /// Its attributes, in order.
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An attribute as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// Its name as it is written.
    pub(super) written: &'a str,
    /// Its name, in small letters.
    pub(super) name: String,
    /// Its value without quotes, entities as they are; nothing if there is no `=`.
    pub(super) value: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|attribute| attribute.name == name)?.value
    }
}

/// Elements whose content is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Takes a page apart; the pieces in a row are the page again.
pub(super) fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = page[at..].find('<') {
        let start = at + found;
        let rest = &page[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(page.len(), |end| start + end + 3);
            continue;
        }
        let Some(tag) = tag(rest) else {
            at = start + 1;
            continue;
        };
        if from < start {
            pieces.push(Piece::Text(&page[from..start]));
        }
        at = start + tag.whole.len();
        from = at;
        let raw = RAW.contains(&tag.name.as_str()) && !tag.closes;
        if raw {
            at += end_of_raw(&page[at..], &tag.name);
        }
        pieces.push(Piece::Tag(tag));
    }
    if from < page.len() {
        pieces.push(Piece::Text(&page[from..]));
    }
    pieces
}

/// How far the content of a raw element reaches.
fn end_of_raw(rest: &str, name: &str) -> usize {
    let closes = |at: usize| {
        rest[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    rest.match_indices("</").find(|(at, _)| closes(*at)).map_or(rest.len(), |(at, _)| at)
}

/// The tag that a text begins with.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let (closes, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let length = inner.find(|c: char| is_blank(c) || c == '/' || c == '>').unwrap_or(inner.len());
    let written = &inner[..length];
    let name = written.to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = &inner[length..];
    loop {
        rest = rest.trim_start_matches(|c| is_blank(c) || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            let whole = &text[..text.len() - after.len()];
            return Some(Tag { whole, written, name, closes, attributes });
        }
        if rest.is_empty() {
            return None;
        }
        let (attribute, after) = attribute(rest)?;
        attributes.push(attribute);
        rest = after;
    }
}

/// The attribute that a text begins with, and what follows.
fn attribute(text: &str) -> Option<(Attribute<'_>, &str)> {
    let ends_name = |c: char| is_blank(c) || matches!(c, '/' | '>' | '=');
    // A `=` in the first place belongs to the name.
    let length = text.char_indices().skip(1).find(|(_, c)| ends_name(*c));
    let length = length.map_or(text.len(), |(at, _)| at);
    let written = &text[..length];
    let name = written.to_ascii_lowercase();
    let Some(value) = text[length..].trim_start_matches(is_blank).strip_prefix('=') else {
        return Some((Attribute { written, name, value: None }, &text[length..]));
    };
    let value = value.trim_start_matches(is_blank);
    let (value, after) = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote)?,
        _ => value.split_at(value.find(|c| is_blank(c) || c == '>')?),
    };
    Some((Attribute { written, name, value: Some(value) }, after))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tags of a page as `name(attribute=value …)`.
    fn tags(page: &str) -> Vec<String> {
        let pieces = pieces(page);
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Tag(tag) => tag.whole,
            })
            .collect();
        assert_eq!(whole, page, "the pieces are the page");
        let shown = |attribute: &Attribute<'_>| {
            format!("{}={}", attribute.name, attribute.value.unwrap_or("-"))
        };
        pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(_) => None,
                Piece::Tag(tag) => {
                    let attributes: Vec<String> = tag.attributes.iter().map(shown).collect();
                    let slash = if tag.closes { "/" } else { "" };
                    Some(format!("{slash}{}({})", tag.name, attributes.join(" ")))
                }
            })
            .collect()
    }

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        let check = |page: &str, expected: &[&str]| assert_eq!(tags(page), expected, "{page}");
        check("<p>a</p>", &["p()", "/p()"]);
        check("<A HREF='x>y' b c=d e = \"f\">", &["a(href=x>y b=- c=d e=f)"]);
        check("a < b <3 <!-- <p> --> <br/>", &["br()"]);
        check("<!doctype html><p class=x/>", &["p(class=x/)"]);
        check("<script>if (a<b) '<p>'</SCRIPT><i>", &["script()", "/script()", "i()"]);
        check("<style>a>b{}", &["style()"]);
        check("<p a=\"unclosed>", &[]);
        check("<p a", &[]);
        check("é<p ü=ß>ß", &["p(ü=ß)"]);
    }

    #[test]
    fn any_text_comes_back_whole() {
        let parts = ["<", ">", "p", "\"", "'", "=", "/", " ", "<!--", "-->", "<style", "ü"];
        for first in parts {
            for second in parts {
                for third in parts {
                    for fourth in parts {
                        tags(&[first, second, third, fourth].concat());
                    }
                }
            }
        }
    }
}
