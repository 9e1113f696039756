//! The walk through what is due: questions and answers, line by line, over any pair of streams.
//!
//! Nothing is recorded here. What comes back is what was answered and how the conversation ended.

use std::io::{self, BufRead, Write};

use super::entry::{self, What};
use crate::error::Error;
use crate::render::terminal::Look;
use crate::text::{count, one_line, printable};

/// Something to be asked about.
pub(super) struct Topic {
    /// Its full name.
    pub(super) name: String,
    /// What is known of it, in lines that are ready to be shown.
    pub(super) known: String,
    /// What its values look like: `min`, `yes or no`.
    pub(super) takes: String,
    /// What there is to say about its values when help is asked for.
    pub(super) help: String,
    /// The confidence that was last given.
    pub(super) confidence: Option<u8>,
}

/// What was answered about a topic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// The topic's position.
    pub(super) topic: usize,
    pub(super) what: What,
    /// The value in words.
    pub(super) shown: String,
    pub(super) confidence: Option<u8>,
    pub(super) note: Option<String>,
}

/// How a conversation ended.
#[derive(Debug, PartialEq)]
pub(super) enum End {
    /// The answers are to be recorded.
    Confirmed(Vec<Answer>),
    /// They are not.
    Declined,
    /// There was no answer to record.
    Nothing,
    /// The input ended before the answers were confirmed.
    Broken(Vec<Answer>),
}

/// What a value that was typed means for a topic: what to record, and how to show it.
pub(super) type Judge<'a> = dyn Fn(usize, &str) -> Result<(What, String), Error> + 'a;

/// Both ends of a conversation.
pub(super) struct Conversation<'a, R, W> {
    pub(super) input: R,
    pub(super) output: W,
    pub(super) look: Look,
    pub(super) judge: &'a Judge<'a>,
    /// Keeps an answer until the end.
    pub(super) keep: &'a mut dyn FnMut(&Answer) -> io::Result<()>,
}

/// Where to go on after a topic.
enum Next {
    Answered(Answer),
    Skipped,
    Stopped,
    Broken,
}

/// What was typed at a prompt: a line, or the end of the input.
type Typed = Option<String>;

/// The most characters of a line; what is longer is cut.
const LONGEST_LINE: u64 = 64 * 1024;

impl<R: BufRead, W: Write> Conversation<'_, R, W> {
    /// Asks about each topic, then whether to record the answers.
    ///
    /// # Errors
    ///
    /// The input cannot be read or the output cannot be written.
    pub(super) fn hold(&mut self, topics: &[Topic]) -> io::Result<End> {
        let mut answers = Vec::new();
        for (at, topic) in topics.iter().enumerate() {
            let place = self.look.dim(&format!("{} of {}", at + 1, topics.len()));
            write!(self.output, "\n{place}  {}", topic.known)?;
            match self.ask(at, topic)? {
                Next::Answered(answer) => {
                    (self.keep)(&answer)?;
                    answers.push(answer);
                }
                Next::Skipped => {}
                Next::Stopped => break,
                Next::Broken => return self.broken(answers),
            }
        }
        if answers.is_empty() {
            writeln!(self.output, "\nNothing to record.")?;
            return Ok(End::Nothing);
        }
        self.confirm(topics, answers)
    }

    fn ask(&mut self, at: usize, topic: &Topic) -> io::Result<Next> {
        let (what, shown) = loop {
            let Some(text) = self.prompt(&format!("  value [{}]: ", printable(&topic.takes)))?
            else {
                return Ok(Next::Broken);
            };
            match text.as_str() {
                "" => return Ok(Next::Skipped),
                "q" => return Ok(Next::Stopped),
                "?" => write!(self.output, "{}", topic.help)?,
                text => match (self.judge)(at, text) {
                    Ok(judged) => break judged,
                    Err(error) => self.complain(&error)?,
                },
            }
        };
        let last = topic.confidence.map(|last| format!(", was {last}")).unwrap_or_default();
        let confidence = loop {
            match self.prompt(&format!("  confidence [0 to 10{last}]: "))?.as_deref() {
                None => return Ok(Next::Broken),
                Some("") => break None,
                Some("q") => return Ok(Next::Stopped),
                Some("?") => writeln!(
                    self.output,
                    "    How sure you are to get there, 0 to 10. Enter says nothing about it."
                )?,
                Some(text) => match entry::confidence(text) {
                    Ok(confidence) => break Some(confidence),
                    Err(why) => writeln!(self.output, "    {}", printable(&why))?,
                },
            }
        };
        let note = loop {
            match self.prompt("  note: ")? {
                None => return Ok(Next::Broken),
                Some(note)
                    if note.is_empty() && what == What::Unmeasured && confidence.is_none() =>
                {
                    writeln!(self.output, "    Say why there is no value.")?;
                }
                Some(note) => break Some(note).filter(|note| !note.is_empty()),
            }
        };
        Ok(Next::Answered(Answer { topic: at, what, shown, confidence, note }))
    }

    fn confirm(&mut self, topics: &[Topic], answers: Vec<Answer>) -> io::Result<End> {
        writeln!(self.output, "\nTo be recorded:")?;
        for answer in &answers {
            let name = self.look.bold(&printable(&topics[answer.topic].name));
            let confidence =
                answer.confidence.map(|given| format!("  confidence {given}")).unwrap_or_default();
            let note = answer
                .note
                .as_ref()
                .map(|note| format!("  “{}”", printable(note)))
                .unwrap_or_default();
            writeln!(self.output, "  {name}  {}{confidence}{note}", printable(&answer.shown))?;
        }
        loop {
            let question = format!("Record {}? [Y/n] ", count(answers.len(), "check-in"));
            let Some(text) = self.prompt(&question)? else { return self.broken(answers) };
            match text.to_ascii_lowercase().as_str() {
                "" | "y" | "yes" => return Ok(End::Confirmed(answers)),
                "n" | "no" | "q" => return Ok(End::Declined),
                _ => writeln!(self.output, "    Enter or y records them, n does not.")?,
            }
        }
    }

    /// Ends the line of the prompt that was left open.
    fn broken(&mut self, answers: Vec<Answer>) -> io::Result<End> {
        writeln!(self.output)?;
        Ok(End::Broken(answers))
    }

    fn complain(&mut self, error: &Error) -> io::Result<()> {
        let hint =
            error.hint.as_ref().map(|hint| format!("; {}", printable(hint))).unwrap_or_default();
        writeln!(self.output, "    {}{hint}", printable(&one_line(&error.message)))
    }

    /// Shows a question and reads a line.
    fn prompt(&mut self, question: &str) -> io::Result<Typed> {
        write!(self.output, "{question}")?;
        self.output.flush()?;
        let mut bytes = Vec::new();
        let read = io::Read::take(&mut self.input, LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if read as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") {
            self.input.skip_until(b'\n')?;
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok((read > 0).then(|| text.trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::Given;
    use crate::error::Kind;
    use crate::load::Value;

    fn topics(names: &[&str]) -> Vec<Topic> {
        let topic = |name: &&str| Topic {
            name: (*name).to_owned(),
            known: format!("{name} stands at 140\n"),
            takes: "min".to_owned(),
            help: "    a number\n".to_owned(),
            confidence: Some(7),
        };
        names.iter().map(topic).collect()
    }

    /// Holds a conversation; its end, what was shown, and how many answers were kept on the way.
    fn held(names: &[&str], typed: &str) -> (End, String, usize) {
        let mut output = Vec::new();
        let mut kept = 0;
        let judge = |_: usize, text: &str| match text {
            "-" => Ok((What::Unmeasured, "no value".to_owned())),
            text => match text.parse() {
                Ok(number) => {
                    Ok((What::Value(Given::Exactly(Value::Number(number))), text.to_owned()))
                }
                Err(_) => {
                    Err(Error::new(Kind::Usage, format!("no number: {text}")).hint("write 90"))
                }
            },
        };
        let end = Conversation {
            input: typed.as_bytes(),
            output: &mut output,
            look: Look::default(),
            judge: &judge,
            keep: &mut |_| {
                kept += 1;
                Ok(())
            },
        }
        .hold(&topics(names))
        .expect("streams in memory");
        (end, String::from_utf8(output).expect("UTF-8"), kept)
    }

    fn answer(topic: usize, value: f64, confidence: Option<u8>, note: Option<&str>) -> Answer {
        Answer {
            topic,
            what: What::Value(Given::Exactly(Value::Number(value))),
            shown: value.to_string(),
            confidence,
            note: note.map(str::to_owned),
        }
    }

    #[test]
    fn answers_are_taken_in_turn_and_confirmed() {
        let (end, shown, kept) = held(&["a", "b", "c"], "90\n7\ncanary on\n\n3\n\n\n\n");
        let expected =
            vec![answer(0, 90.0, Some(7), Some("canary on")), answer(2, 3.0, None, None)];
        assert_eq!((end, kept), (End::Confirmed(expected), 2));
        assert!(shown.contains("2 of 3  b stands at 140\n  value [min]: "), "{shown}");
        assert!(shown.contains("confidence [0 to 10, was 7]: "), "{shown}");
        assert!(
            shown
                .contains("  a  90  confidence 7  “canary on”\n  c  3\nRecord 2 check-ins? [Y/n] "),
            "{shown}"
        );
    }

    #[test]
    fn what_is_wrong_is_asked_again_with_the_reason() {
        let (end, shown, _) = held(&["a"], "fast\n?\n90\n6.5\n?\n6\n\nwhat\ny\n");
        assert_eq!(end, End::Confirmed(vec![answer(0, 90.0, Some(6), None)]));
        assert!(
            shown.contains("    no number: fast; write 90\n  value [min]:     a number\n"),
            "{shown}"
        );
        assert!(shown.contains("write 6 or 7\n  confidence"), "{shown}");
        assert!(shown.contains("Enter or y records them"), "{shown}");
    }

    #[test]
    fn no_value_needs_a_reason() {
        let (end, shown, _) = held(&["a"], "-\n\n\n  dashboard down \n\n");
        let End::Confirmed(answers) = end else { panic!("{shown}") };
        assert_eq!(answers[0].note.as_deref(), Some("dashboard down"));
        assert!(shown.contains("Say why there is no value.\n  note: "), "{shown}");
    }

    #[test]
    fn stopping_keeps_what_was_answered_and_declining_does_not() {
        assert_eq!(
            held(&["a", "b"], "90\n\n\nq\n\n").0,
            End::Confirmed(vec![answer(0, 90.0, None, None)])
        );
        assert_eq!(held(&["a", "b"], "90\n\n\nq\nn\n").0, End::Declined);
        assert_eq!(held(&["a", "b"], "90\nq\n").0, End::Nothing, "a topic is answered as a whole");
        assert_eq!(held(&["a", "b"], "\n\n").0, End::Nothing);
    }

    #[test]
    fn the_end_of_the_input_at_any_prompt_breaks_off() {
        let whole = "90\n7\nnote\n91\n8\nmore\n";
        for lines in 0..=6 {
            let typed: String = whole.split_inclusive('\n').take(lines).collect();
            let (end, _, kept) = held(&["a", "b"], &typed);
            let End::Broken(answers) = end else { panic!("{lines} lines: {end:?}") };
            assert_eq!((answers.len(), kept), (lines / 3, lines / 3));
        }
    }

    #[test]
    fn hostile_and_endless_lines_are_harmless() {
        let typed = format!("90\n\n\u{1b}]0;owned\u{7}{}\n\n", "x".repeat(200_000));
        let (end, shown, _) = held(&["a"], &typed);
        let End::Confirmed(answers) = end else { panic!("{end:?}") };
        assert!(answers[0].note.as_ref().is_some_and(|note| note.len() <= 64 * 1024));
        assert!(!shown.contains('\u{1b}'), "what is shown is inert");
    }
}
