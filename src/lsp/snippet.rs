//! Text with places to fill in, for editors that know such places and for those that do not.

/// A text with places to fill in, in the order in which they are visited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Snippet {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A place to fill in, with what stands there at first.
    Field(String),
    /// A place for one of a few words.
    Choice(Vec<String>),
}

impl Snippet {
    /// A text without such places, to begin with.
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Text(text.into())] }
    }

    /// The same, followed by a text.
    #[must_use]
    pub(super) fn then(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// The same, followed by a place to fill in.
    #[must_use]
    pub(super) fn field(mut self, at_first: impl Into<String>) -> Self {
        self.parts.push(Part::Field(at_first.into()));
        self
    }

    /// The same, followed by a place for one of a few words.
    #[must_use]
    pub(super) fn choice<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.parts.push(Part::Choice(words.into_iter().map(str::to_owned).collect()));
        self
    }

    /// The same, followed by another.
    #[must_use]
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.parts.extend(other.parts.iter().cloned());
        self
    }

    /// Tells whether there is nothing to fill in.
    pub(super) fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text with what stands there at first; of a few words the first.
    pub(super) fn plain(&self) -> String {
        let words = self.parts.iter().map(|part| match part {
            Part::Text(text) | Part::Field(text) => text.as_str(),
            Part::Choice(words) => words.first().map_or("", String::as_str),
        });
        words.collect()
    }

    /// The text with its places marked as the protocol wants it.
    pub(super) fn marked(&self) -> String {
        let mut out = String::new();
        let mut number = 0;
        for part in &self.parts {
            if !matches!(part, Part::Text(_)) {
                number += 1;
            }
            match part {
                Part::Text(text) => out.push_str(&escaped(text, "\\$}")),
                Part::Field(text) if text.is_empty() => out.push_str(&format!("${{{number}}}")),
                Part::Field(text) => {
                    out.push_str(&format!("${{{number}:{}}}", escaped(text, "\\$}")));
                }
                Part::Choice(words) => {
                    let words: Vec<String> =
                        words.iter().map(|word| escaped(word, "\\$},|")).collect();
                    out.push_str(&format!("${{{number}|{}|}}", words.join(",")));
                }
            }
        }
        out
    }
}

/// A text with a backslash before each character that would mean something.
fn escaped(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_and_nothing_else_is_taken_for_one() {
        let snippet = Snippet::of("a = \"$5}\\\" ").field("x}y").then(" ").choice(["b,c", "d|"]);
        assert_eq!(snippet.marked(), "a = \"\\$5\\}\\\\\" ${1:x\\}y} ${2|b\\,c,d\\||}");
        assert_eq!(snippet.plain(), "a = \"$5}\\\" x}y b,c");
        assert!(!snippet.is_plain());
        assert!(Snippet::of("a").then("b").is_plain());
        assert_eq!(Snippet::of("[").field("").then("]").marked(), "[${1}]");
    }
}
