//! The words of a goal file and what each is there for, also of text that is just being typed.
//!
//! This does not judge: it reads a text from left to right, takes every word for a header, a key or
//! a value by where it stands, and goes on whatever comes. What the file says is for the parser.

use crate::text::Span;

/// What a word is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Part of a table's name in its header.
    Header,
    /// Part of a key.
    Key,
    /// A value in quotes.
    Text,
    /// A value without quotes: a number, a date, `true`.
    Bare,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it is there for.
    pub role: Role,
    /// Where it stands, without quotes.
    pub span: Span,
    /// Where it stands with its quotes.
    pub outer: Span,
    /// The tables around it; then, of a key or header, itself, and of a value its key.
    pub path: Vec<String>,
}

impl Word {
    /// Tells whether it is a value.
    pub fn is_value(&self) -> bool {
        matches!(self.role, Role::Text | Role::Bare)
    }
}

/// What may be typed at a place where there is no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// A key, or a header.
    Line,
    /// A key of an inline table.
    Key,
    /// A value.
    Value,
    /// Nothing that is read: a comment, or what follows a value.
    Nothing,
}

/// A header and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The table's name; empty for what stands above every header.
    pub path: Vec<String>,
    /// The header; empty for what stands above every header.
    pub header: Span,
    /// From the header to the last word below it.
    pub span: Span,
}

/// The words of a text, its sections, and what may stand between the words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Every word, in the order of the text.
    pub words: Vec<Word>,
    /// Every section, in the order of the text; the first is the one without a header.
    pub sections: Vec<Section>,
    /// From which offset on what may be typed, and of which table or key.
    rooms: Vec<(usize, Room, Vec<String>)>,
}

impl Outline {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let mut scanner = Scanner { text, bytes: text.as_bytes(), ..Scanner::default() };
        scanner.outline.sections.push(Section {
            path: Vec::new(),
            header: Span::default(),
            span: Span::default(),
        });
        scanner.run();
        scanner.outline
    }

    /// The word at an offset; of two that touch, the one that ends there.
    pub fn word(&self, offset: usize) -> Option<&Word> {
        let after = self.words.partition_point(|word| word.outer.start < offset);
        let before = self.words[..after].last().filter(|word| word.outer.touches(offset));
        before.or_else(|| self.words.get(after).filter(|word| word.outer.touches(offset)))
    }

    /// What may be typed at an offset that no word touches, and in which table, or for which key.
    pub fn room(&self, offset: usize) -> (Room, &[String]) {
        let after = self.rooms.partition_point(|(start, ..)| *start <= offset);
        match self.rooms[..after].last() {
            Some((_, room, path)) => (*room, path),
            None => (Room::Line, &[]),
        }
    }

    /// The section that holds an offset.
    pub fn section(&self, offset: usize) -> Option<&Section> {
        self.sections.iter().rev().find(|section| section.header.start <= offset)
    }

    /// The key that a path names.
    pub fn key(&self, path: &[&str]) -> Option<&Word> {
        self.words.iter().find(|word| !word.is_value() && word.path == path)
    }

    /// The first value of the key that a path names.
    pub fn value(&self, path: &[&str]) -> Option<&Word> {
        self.words.iter().find(|word| word.is_value() && word.path == path)
    }
}

/// An open bracket.
#[derive(Debug, Clone)]
struct Bracket {
    /// Whether it holds keys rather than values.
    is_table: bool,
    /// The key that it is the value of.
    path: Vec<String>,
}

#[derive(Default)]
struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// The table of the last header.
    section: Vec<String>,
    /// The key being read, or whose value is.
    key: Vec<String>,
    /// Whether the next part of a key belongs to the one before.
    is_dotted: bool,
    awaits_value: bool,
    is_done: bool,
    brackets: Vec<Bracket>,
    outline: Outline,
}

impl Scanner<'_> {
    fn run(&mut self) {
        self.at = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        self.begin_line();
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\n' => self.end_line(),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.comment(),
                b'[' if self.is_at_header() => self.header(),
                b'[' | b'{' => self.open(byte == b'{'),
                b']' | b'}' => self.close(),
                b',' => self.comma(),
                b'=' => self.equals(),
                b'.' if !self.awaits_value => {
                    self.is_dotted = true;
                    self.at += 1;
                }
                b'"' | b'\'' => self.string(byte),
                _ => self.bare(),
            }
        }
    }

    /// The table that the next key belongs to.
    fn table(&self) -> Vec<String> {
        self.brackets.last().map_or_else(|| self.section.clone(), |open| open.path.clone())
    }

    fn room(&mut self, room: Room, path: Vec<String>) {
        self.outline.rooms.push((self.at, room, path));
    }

    fn begin_line(&mut self) {
        self.brackets.clear();
        self.await_key();
        self.room(Room::Line, self.section.clone());
    }

    fn await_key(&mut self) {
        self.key = self.table();
        (self.is_dotted, self.awaits_value, self.is_done) = (false, false, false);
    }

    /// A list goes on in the next line, unless that begins something of its own.
    fn end_line(&mut self) {
        self.at += 1;
        let is_list = self.brackets.iter().all(|open| !open.is_table) && !self.brackets.is_empty();
        if !is_list || begins_statement(&self.text[self.at..]) {
            self.begin_line();
        }
    }

    fn comment(&mut self) {
        self.room(Room::Nothing, Vec::new());
        self.at = self.end_of_line();
    }

    fn end_of_line(&self) -> usize {
        let rest = &self.text[self.at..];
        self.at + rest.find('\n').unwrap_or(rest.len())
    }

    fn is_at_header(&self) -> bool {
        let start = self.text[..self.at].rfind('\n').map_or(0, |at| at + 1);
        self.brackets.is_empty()
            && !self.awaits_value
            && self.text[start..self.at].trim_matches(['\u{feff}', ' ', '\t']).is_empty()
    }

    fn header(&mut self) {
        let start = self.at;
        let end = self.end_of_line();
        let brackets = self.text[start..end].bytes().take_while(|byte| *byte == b'[').count();
        self.at += brackets;
        self.section.clear();
        self.room(Room::Nothing, Vec::new());
        while self.at < end {
            match self.bytes[self.at] {
                b']' => break,
                b'#' => break,
                b'.' | b' ' | b'\t' | b'\r' => self.at += 1,
                byte => {
                    let (outer, span) = match byte {
                        b'"' | b'\'' => self.quoted(byte),
                        _ => self.unquoted(b".]"),
                    };
                    self.section.push(self.text[span.start..span.end].to_owned());
                    let path = self.section.clone();
                    self.outline.words.push(Word { role: Role::Header, span, outer, path });
                }
            }
        }
        while self.at < end && self.bytes[self.at] == b']' {
            self.at += 1;
        }
        let header = Span::new(start, self.at);
        let path = self.section.clone();
        self.outline.sections.push(Section { path, header, span: header });
        (self.is_done, self.awaits_value) = (true, false);
        self.room(Room::Nothing, Vec::new());
    }

    fn open(&mut self, is_table: bool) {
        self.at += 1;
        self.brackets.push(Bracket { is_table, path: self.key.clone() });
        if is_table {
            self.await_key();
            self.room(Room::Key, self.key.clone());
        } else {
            (self.awaits_value, self.is_done) = (true, false);
            self.room(Room::Value, self.key.clone());
        }
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some(closed) = self.brackets.pop() {
            self.key = closed.path;
        }
        self.reach();
        self.end_value();
    }

    fn end_value(&mut self) {
        (self.awaits_value, self.is_done) = (true, true);
        self.room(Room::Nothing, Vec::new());
    }

    fn comma(&mut self) {
        self.at += 1;
        match self.brackets.last() {
            Some(open) if open.is_table => {
                self.await_key();
                self.room(Room::Key, self.key.clone());
            }
            Some(open) => {
                self.key = open.path.clone();
                (self.awaits_value, self.is_done) = (true, false);
                self.room(Room::Value, self.key.clone());
            }
            None => {}
        }
    }

    fn equals(&mut self) {
        self.at += 1;
        (self.awaits_value, self.is_done) = (true, false);
        self.room(Room::Value, self.key.clone());
    }

    fn string(&mut self, quote: u8) {
        let (outer, span) = self.quoted(quote);
        self.word(Role::Text, outer, span);
    }

    fn bare(&mut self) {
        let ends: &[u8] = if self.awaits_value { b"" } else { b"." };
        let (outer, span) = self.unquoted(ends);
        self.word(Role::Bare, outer, span);
    }

    /// Takes a word for what it must be here.
    fn word(&mut self, value: Role, outer: Span, span: Span) {
        if self.is_done {
            return;
        }
        if self.awaits_value {
            let path = self.key.clone();
            self.outline.words.push(Word { role: value, span, outer, path });
            self.end_value();
        } else {
            if !self.is_dotted {
                self.key = self.table();
            }
            self.is_dotted = false;
            self.key.push(self.text[span.start..span.end].to_owned());
            let path = self.key.clone();
            self.outline.words.push(Word { role: Role::Key, span, outer, path });
            self.room(Room::Nothing, Vec::new());
        }
        self.reach();
    }

    /// The section reaches as far as has been read.
    fn reach(&mut self) {
        if let Some(section) = self.outline.sections.last_mut() {
            section.span.end = self.at;
        }
    }

    /// Reads a string; one that is not closed ends with its line, or with the text.
    fn quoted(&mut self, quote: u8) -> (Span, Span) {
        let start = self.at;
        let mark = [quote; 3];
        let is_long = self.bytes[start..].starts_with(&mark);
        let width = if is_long { 3 } else { 1 };
        let mut at = start + width;
        loop {
            match self.bytes.get(at) {
                None => break,
                Some(b'\n') if !is_long => break,
                Some(b'\\') if quote == b'"' => at += 2,
                Some(_) if is_long && self.bytes[at..].starts_with(&mark) => break,
                Some(byte) if !is_long && *byte == quote => break,
                Some(_) => at += 1,
            }
        }
        let end = Span::new(at, at).clamp(self.text).start.max(start + width);
        let is_closed = self.bytes.get(end) == Some(&quote);
        self.at = if is_closed { end + width } else { end };
        let line_end = !is_closed && self.bytes.get(end.wrapping_sub(1)) == Some(&b'\r');
        let inner = if line_end && end > start + width { end - 1 } else { end };
        (Span::new(start, self.at), Span::new(start + width, inner))
    }

    /// Reads up to the next space or mark.
    fn unquoted(&mut self, ends: &[u8]) -> (Span, Span) {
        let start = self.at;
        let is_end = |byte: &u8| b" \t\r\n,=[]{}#\"'".contains(byte) || ends.contains(byte);
        let length = self.bytes[start..].iter().position(is_end);
        self.at = length.map_or(self.bytes.len(), |length| start + length.max(1));
        let span = Span::new(start, self.at);
        (span, span)
    }
}

/// Tells whether a text begins with a header, or with a key and an equals sign.
fn begins_statement(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or_default().trim();
    if let Some(name) = line.strip_prefix('[') {
        let name = name.trim_start_matches('[');
        return name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && !name.contains([',', '=', '{']);
    }
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | '\'');
    let rest = line.trim_start_matches(is_key);
    rest.len() < line.len() && rest.trim_start().starts_with('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word as `role path: text`.
    fn check(text: &str, expected: &[&str]) {
        let outline = Outline::of(text);
        let told: Vec<String> = outline
            .words
            .iter()
            .map(|word| {
                let role = match word.role {
                    Role::Header => "header",
                    Role::Key => "key",
                    Role::Text => "text",
                    Role::Bare => "bare",
                };
                let shown = &text[word.span.start..word.span.end];
                format!("{role} {}: {shown}", word.path.join("/"))
            })
            .collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn every_word_has_its_place() {
        check(
            "title = \"T\" # why\n[key_results.\"a-b\"]\nbaseline = 240\nallow = { x = 'y', z = { reason = \"r\" } }\ntags = [\"a\",\n  \"b\"]\nplan.2026-01-01 = 3\n",
            &[
                "key title: title",
                "text title: T",
                "header key_results: key_results",
                "header key_results/a-b: a-b",
                "key key_results/a-b/baseline: baseline",
                "bare key_results/a-b/baseline: 240",
                "key key_results/a-b/allow: allow",
                "key key_results/a-b/allow/x: x",
                "text key_results/a-b/allow/x: y",
                "key key_results/a-b/allow/z: z",
                "key key_results/a-b/allow/z/reason: reason",
                "text key_results/a-b/allow/z/reason: r",
                "key key_results/a-b/tags: tags",
                "text key_results/a-b/tags: a",
                "text key_results/a-b/tags: b",
                "key key_results/a-b/plan: plan",
                "key key_results/a-b/plan/2026-01-01: 2026-01-01",
                "bare key_results/a-b/plan/2026-01-01: 3",
            ],
        );
    }

    #[test]
    fn what_is_not_finished_hides_nothing_below_it() {
        for broken in
            ["tags = [\"a\"", "tags = [\"a", "tags = [", "tags = {", "tags = { x =", "tags ="]
        {
            let text = format!("{broken}\nowner = \"ana\"\n[close]\ndate = 1\n");
            let outline = Outline::of(&text);
            assert_eq!(
                outline.value(&["owner"]).map(|word| word.role),
                Some(Role::Text),
                "{broken}"
            );
            assert!(outline.value(&["close", "date"]).is_some(), "{broken}");
        }
        check(
            "[key_results.\ntitle = 1\n",
            &[
                "header key_results: key_results",
                "key key_results/title: title",
                "bare key_results/title: 1",
            ],
        );
    }

    #[test]
    fn between_words_it_is_known_what_may_be_typed() {
        let text = "a = 1 \n\n[t]\nb = [ \"x\", ] # c\nd = { e = 1, } \nf = ";
        let outline = Outline::of(text);
        let at = |before: &str| {
            let (room, path) = outline.room(text.find(before).expect("there") + before.len());
            (room, path.join("/"))
        };
        assert_eq!(at("a = 1 "), (Room::Nothing, String::new()));
        assert_eq!(at("a = 1 \n"), (Room::Line, String::new()));
        assert_eq!(at("[t]\n"), (Room::Line, "t".to_owned()));
        assert_eq!(at("\"x\", "), (Room::Value, "t/b".to_owned()));
        assert_eq!(at("# c"), (Room::Nothing, String::new()));
        assert_eq!(at("d = { "), (Room::Key, "t/d".to_owned()));
        assert_eq!(at("e = 1, "), (Room::Key, "t/d".to_owned()));
        assert_eq!(at("} \n"), (Room::Line, "t".to_owned()));
        assert_eq!(at("f = "), (Room::Value, "t/f".to_owned()));
    }

    #[test]
    fn sections_reach_to_their_last_word() {
        let text = "a = 1\n\n# about t\n[t]\nb = [\n 1,\n]\n\n[u]\n";
        let told: Vec<&str> = Outline::of(text)
            .sections
            .iter()
            .map(|section| &text[section.span.start..section.span.end])
            .collect();
        assert_eq!(told, ["a = 1", "[t]\nb = [\n 1,\n]", "[u]"]);
    }

    #[test]
    fn of_two_words_that_touch_the_one_before_is_meant() {
        let text = "a=1";
        let outline = Outline::of(text);
        let at = |offset| outline.word(offset).map(|word| word.role);
        assert_eq!(at(0), Some(Role::Key));
        assert_eq!(at(1), Some(Role::Key));
        assert_eq!(at(2), Some(Role::Bare));
        assert_eq!(at(9), None);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in [
            "\"",
            "'''",
            "[[[",
            "=.,}{",
            "\"\\",
            "a.\n.b=\"\\\u{20ac}",
            "\u{feff}[x",
            "\r",
            "[é.ü]\nß = \"😀",
        ] {
            for end in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let outline = Outline::of(&text[..end]);
                assert!(
                    outline
                        .words
                        .iter()
                        .all(|word| text.get(word.outer.start..word.outer.end).is_some())
                );
            }
        }
    }
}
