//! Completion: what may be typed at the cursor, whatever state the text around it is in.
//!
//! What stands there is told by the outline, never by the parser, since a file is hardly ever whole
//! while one types. What can be named is told by the model, which knows all that is sound.

mod headers;
mod keys;
mod names;
mod path;
mod records;
mod values;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    InsertTextFormat, MarkupContent, MarkupKind, TextEdit,
};

use super::matching::{self, Match};
use super::place::{self, Meaning, Place, Sort};
use super::requests::Answer;
use super::snippet::Snippet;
use super::view::{File, View};
use crate::load::splice::toml_string;
use crate::load::{Outline, Role};
use crate::model::Goal;
use crate::text::{Span, one_line, printable};

/// The characters after which an editor asks by itself.
pub(super) const TRIGGERS: [&str; 9] = ["\"", "'", "[", "{", "=", ".", "/", ",", " "];

/// The most items of one answer: with more of them an editor asks again as one goes on typing.
const MAX_ITEMS: usize = 300;

/// Tells what may be typed at the cursor.
pub(super) fn complete(
    view: &View<'_>,
    params: CompletionParams,
) -> Answer<Option<CompletionResponse>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let outline = Outline::of(spot.file.text);
    let cursor = Cursor { view, file: &spot.file, offset: spot.offset, outline: &outline };
    let typed = params.context.and_then(|context| context.trigger_character);
    let Some((slot, proposals)) = cursor.proposals(typed.as_deref() == Some(" ")) else {
        return Ok(None);
    };
    Ok(Some(cursor.list(&slot, proposals).into()))
}

/// The cursor and all that is known around it.
struct Cursor<'c> {
    view: &'c View<'c>,
    file: &'c File<'c>,
    offset: usize,
    outline: &'c Outline,
}

/// What a proposal replaces.
struct Slot {
    span: Span,
    /// The quote that the word begins with, and whether it is closed.
    quote: Option<(char, bool)>,
}

impl Slot {
    fn plain(span: Span) -> Self {
        Self { span, quote: None }
    }
}

/// Something that may be typed.
struct Proposal {
    label: String,
    kind: CompletionItemKind,
    detail: Option<String>,
    /// What people are told of it, as Markdown.
    text: Option<String>,
    insert: Insert,
    /// What is typed to get it, where that is not the label.
    filter: Option<String>,
    /// What else may be typed to get it.
    also: Vec<String>,
}

/// What a proposal puts into the text.
enum Insert {
    /// A string, which gets the quotes that it lacks.
    Text(String),
    /// TOML as it is.
    Code(Snippet),
}

impl Proposal {
    /// A string.
    fn text(text: impl Into<String>, kind: CompletionItemKind) -> Self {
        let text = text.into();
        Self {
            label: text.clone(),
            kind,
            detail: None,
            text: None,
            insert: Insert::Text(text),
            filter: None,
            also: Vec::new(),
        }
    }

    /// TOML as it is.
    fn code(label: impl Into<String>, kind: CompletionItemKind, code: Snippet) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: None,
            text: None,
            insert: Insert::Code(code),
            filter: None,
            also: Vec::new(),
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }

    fn told(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// The same, found by another name too.
    fn also(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if name != self.own_name() {
            self.also.push(name);
        }
        self
    }

    /// What is typed to get it before anything else.
    fn own_name(&self) -> &str {
        self.filter.as_ref().unwrap_or(&self.label)
    }

    /// All that may be typed to get it.
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.own_name()).chain(self.also.iter().map(String::as_str))
    }

    /// How well it answers to what was typed.
    fn matched(&self, typed: &str) -> Option<Match> {
        self.names().filter_map(|name| matching::matched(typed, name)).min()
    }

    /// What the editor looks in for what is typed from now on. Some only look at its beginning, so
    /// that is where what was typed so far stands, with what follows it in the name.
    fn filter_text(&self, typed: &str) -> String {
        let mut names: Vec<String> = self.names().map(str::to_owned).collect();
        if names.len() > 1 {
            let best = self.names().min_by_key(|name| match matching::matched(typed, name) {
                Some(matched) => (false, Some(matched)),
                None => (true, None),
            });
            let lead = best.and_then(|name| matching::continued(typed, name));
            names.retain(|name| lead.as_ref().is_none_or(|lead| !name.eq_ignore_ascii_case(lead)));
            names.splice(0..0, lead);
        }
        names.join(" ")
    }

    /// The same as the only one of a list.
    fn in_list(mut self) -> Self {
        if let Insert::Text(text) = &self.insert {
            self.insert = Insert::Code(Snippet::of(format!("[{}]", toml_string(text))));
        }
        self
    }
}

impl<'c> Cursor<'c> {
    /// What may be typed, and what it replaces. After a space it is only told where a value is
    /// missing: spaces stand everywhere.
    fn proposals(&self, after_space: bool) -> Option<(Slot, Vec<Proposal>)> {
        let sort = Sort::of(&self.file.path);
        if let Some(header) = headers::at(self) {
            let all = headers::proposals(self, sort, true);
            return (!after_space).then_some((Slot::plain(header), all));
        }
        let place = place::at(sort, self.outline, self.offset)?;
        let slot = self.slot(&place)?;
        let is_value = match place.word {
            Some(word) => word.is_value(),
            None => self.awaits_value(),
        };
        if after_space && !(is_value && place.word.is_none()) {
            return None;
        }
        let proposals = match place.meaning {
            Meaning::Reference => names::references(self, place.path),
            Meaning::Person => names::people(self, place.path),
            Meaning::RecordValue => records::values(self, place.path),
            Meaning::Date => self.records(&place),
            Meaning::Rule => names::rules(self, sort, self.table(&place)),
            Meaning::Key => self.keys(sort, &place),
            Meaning::Value => values::values(self, place.path),
            Meaning::KeyResult | Meaning::Initiative => return None,
        };
        let is_alone = is_value && place.word.is_none() && self.before().ends_with('=');
        let takes_list = is_alone && keys::takes_list(&self.file.path, place.path);
        let proposals = match takes_list {
            true => proposals.into_iter().map(Proposal::in_list).collect(),
            false => proposals,
        };
        (!proposals.is_empty()).then_some((slot, proposals))
    }

    /// Keys of a table; where a line begins, also the tables that may follow.
    fn keys(&self, sort: Sort, place: &Place<'_>) -> Vec<Proposal> {
        let mut proposals = keys::proposals(self, self.table(place));
        if self.is_line_start(place) {
            proposals.extend(headers::proposals(self, sort, false));
        }
        proposals
    }

    /// Records of a table; where a line begins, also the tables that may follow.
    fn records(&self, place: &Place<'_>) -> Vec<Proposal> {
        let mut proposals = records::records(self, self.table(place));
        if self.is_line_start(place) && !self.has_value() {
            proposals.extend(headers::proposals(self, Sort::Checkins, false));
        }
        proposals
    }

    /// The tables around a key that is being typed.
    fn table<'p>(&self, place: &Place<'p>) -> &'p [String] {
        match place.word {
            Some(_) => place.path.split_last().map_or(&[], |(_, table)| table),
            None => place.path,
        }
    }

    /// What a proposal replaces; nothing where the cursor stands outside a word's quotes.
    fn slot(&self, place: &Place<'_>) -> Option<Slot> {
        let Some(word) = place.word else { return Some(Slot::plain(place.span)) };
        if word.outer == word.span {
            return Some(Slot::plain(word.span));
        }
        let is_closed = word.outer.end > word.span.end;
        let text = &self.file.text[word.span.start..word.span.end];
        if !word.span.touches(self.offset) || text.contains('\n') {
            return None;
        }
        let quote = self.file.text[word.outer.start..].chars().next()?;
        // A string that is not closed reaches to the end of its line, whatever stands there.
        let end = if is_closed { word.span.end } else { self.offset };
        Some(Slot { span: Span::new(word.span.start, end), quote: Some((quote, is_closed)) })
    }

    fn awaits_value(&self) -> bool {
        self.outline.room(self.offset).0 == crate::load::Room::Value
    }

    /// What stands before the cursor, without the spaces right before it.
    fn before(&self) -> &'c str {
        self.file.text[..self.offset].trim_end_matches([' ', '\t'])
    }

    /// Tells whether a word stands at the beginning of its line, or would.
    fn is_line_start(&self, place: &Place<'_>) -> bool {
        let start = place.word.map_or(self.offset, |word| word.outer.start);
        let before = &self.file.text[..start];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        line.trim_matches(['\u{feff}', ' ', '\t']).is_empty()
    }

    /// Tells whether an equals sign follows the word at the cursor.
    fn has_value(&self) -> bool {
        let end = self.outline.word(self.offset).map_or(self.offset, |word| word.outer.end);
        self.file.text[end..].trim_start_matches([' ', '\t']).starts_with('=')
    }

    /// The goal that the file belongs to.
    fn goal(&self) -> Option<&'c Goal> {
        let analysis = self.view.analysis;
        analysis.goal_at(&self.file.path).map(|at| analysis.goal(at))
    }

    /// The keys that a table has already, without the one being typed.
    fn present(&self, table: &[String]) -> Vec<&'c str> {
        let here = self.outline.word(self.offset).map(|word| word.outer);
        let words = self.outline.words.iter().filter(|word| {
            !word.is_value()
                && word.path.len() == table.len() + 1
                && word.path.starts_with(table)
                && (word.role == Role::Header || Some(word.outer) != here)
        });
        words.filter_map(|word| word.path.last().map(String::as_str)).collect()
    }

    /// The answer: all of them; where they are too many, or have several names, those that fit what
    /// is typed, the best first, and the editor asks again as one goes on.
    fn list(&self, slot: &Slot, mut proposals: Vec<Proposal>) -> CompletionList {
        let typed = &self.file.text[slot.span.start..self.offset.max(slot.span.start)];
        let have_names = proposals.iter().any(|proposal| !proposal.also.is_empty());
        let is_incomplete = have_names || proposals.len() > MAX_ITEMS;
        if is_incomplete {
            proposals.retain(|proposal| proposal.matched(typed).is_some());
            // What fits equally well stays in its order.
            proposals.sort_by_key(|proposal| proposal.matched(typed));
            proposals.truncate(MAX_ITEMS);
        }
        let items = proposals.into_iter().enumerate();
        let item = |(at, proposal)| self.item(slot, typed, at, proposal);
        CompletionList {
            is_incomplete,
            items: items.filter_map(item).collect(),
            ..CompletionList::default()
        }
    }

    fn item(
        &self,
        slot: &Slot,
        typed: &str,
        at: usize,
        proposal: Proposal,
    ) -> Option<CompletionItem> {
        let filter_text = Some(proposal.filter_text(typed));
        let snippet = match (proposal.insert, slot.quote) {
            (Insert::Text(text), None) => Snippet::of(toml_string(&text)),
            (Insert::Text(text), Some((quote, is_closed))) => {
                let written = inside(&text, quote)?;
                let end = if is_closed { String::new() } else { quote.to_string() };
                Snippet::of(written).then(end)
            }
            (Insert::Code(code), None) => code,
            // What is no string has no place between quotes.
            (Insert::Code(_), Some(_)) => return None,
        };
        let marks = self.view.client.snippets && !snippet.is_plain();
        let (format, text) = match marks {
            true => (InsertTextFormat::Snippet, snippet.marked()),
            false => (InsertTextFormat::PlainText, snippet.plain()),
        };
        let told = proposal.text.map(|text| MarkupContent::new(MarkupKind::Markdown, text).into());
        Some(CompletionItem {
            filter_text,
            label: printable(&proposal.label).into_owned(),
            kind: Some(proposal.kind),
            detail: proposal.detail.map(|detail| printable(&one_line(&detail)).into_owned()),
            documentation: told,
            sort_text: Some(format!("{at:04}")),
            insert_text_format: Some(format),
            text_edit: Some(TextEdit::new(self.file.range(slot.span), text).into()),
            ..CompletionItem::default()
        })
    }
}

/// A text as it is written between quotes of this sort; nothing where that cannot be.
fn inside(text: &str, quote: char) -> Option<String> {
    match quote {
        '"' => {
            let quoted = toml_string(text);
            Some(quoted[1..quoted.len() - 1].to_owned())
        }
        _ => (!text.contains(|c: char| c == quote || c.is_control())).then(|| text.to_owned()),
    }
}
