//! The feed: what changed lately, as Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
//!
//! An entry is what one commit changed of one goal. Its content is HTML of this program's own, in which every foreign
//! text is escaped; it is escaped once more as text of the feed. Characters that XML forbids are replaced by then.

use super::escape::text;
use super::view::{ChangeEntry, ChangeRow, Feed, FeedEntry, LinkRow};

/// Writes a feed as a document of its own.
pub fn atom(feed: &Feed) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
         <id>{url}</id>\n\
         <title>{}</title>\n\
         <updated>{}</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{url}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
         <generator version=\"{}\">goals</generator>\n",
        text(&feed.title),
        text(&feed.updated),
        text(feed.home.as_str()),
        env!("CARGO_PKG_VERSION"),
        url = text(feed.url.as_str()),
    );
    feed.entries.iter().for_each(|found| xml.push_str(&entry(found)));
    xml + "</feed>\n"
}

fn entry(found: &FeedEntry) -> String {
    format!(
        "<entry>\n\
         <id>{}</id>\n\
         <title>{}</title>\n\
         <published>{}</published>\n\
         <updated>{}</updated>\n\
         <author><name>{}</name></author>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>\n\
         <content type=\"html\" xml:base=\"{url}\">{}</content>\n\
         </entry>\n",
        text(&found.id),
        text(&found.title),
        text(&found.published),
        text(&found.updated),
        text(found.entry.author.as_deref().unwrap_or("unknown")),
        text(&content(&found.entry)),
        url = text(found.url.as_str()),
    )
}

/// What happened, as HTML.
fn content(entry: &ChangeEntry) -> String {
    let rows: String = entry.rows.iter().map(|found| format!("<li>{}</li>", row(found))).collect();
    format!("<p>{}</p><ul>{rows}</ul>", link(&entry.goal))
}

fn row(row: &ChangeRow) -> String {
    let word = if row.goalpost { "Goalpost moved" } else { &row.word };
    let mut html = format!("<b>{}</b>", text(word));
    if let Some(key_result) = &row.key_result {
        html += &format!(": {}", link(key_result));
    }
    html += &value(row);
    if let Some(confidence) = &row.confidence {
        html += &format!(", confidence {}/10", text(confidence));
    }
    if let Some(on) = &row.on {
        html += &format!(", on {}", text(&on.text));
    }
    let shown = |value: &Option<String>| text(value.as_deref().unwrap_or("nothing"));
    for change in &row.changes {
        let (old, new) = (shown(&change.old), shown(&change.new));
        html += &format!("<br>{}: <del>{old}</del> → <ins>{new}</ins>", text(&change.field));
    }
    if let Some(note) = &row.note {
        html += &format!("<blockquote>{}</blockquote>", note.as_str());
    }
    html
}

fn value(row: &ChangeRow) -> String {
    match (&row.before, &row.value) {
        (Some(before), Some(value)) if before == value => format!(", unchanged at {}", text(value)),
        (Some(before), Some(value)) => format!(", {} → <b>{}</b>", text(before), text(value)),
        (Some(before), None) => format!(", was {}", text(before)),
        (None, Some(value)) => format!(", <b>{}</b>", text(value)),
        (None, None) => String::new(),
    }
}

fn link(row: &LinkRow) -> String {
    match &row.url {
        Some(url) => format!("<a href=\"{}\">{}</a>", text(url.as_str()), text(&row.text)),
        None => text(&row.text),
    }
}
