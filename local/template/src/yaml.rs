//! Text to nodes.
//!
//! Built from the parser's events and not from a loaded tree: so a depth, an anchor or a repeated name is seen before
//! anything is made of it, and nothing here recurses.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::error::{Place, Problem, quoted};
use crate::node::{Content, Member, Node};

/// CloudFormation takes at most 1 MB from a bucket, 51,200 bytes directly.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;
/// Ours nests 12 deep. With the chains of conditions and of names, it bounds how deep resolving recurses.
const MAX_DEPTH: usize = 32;

/// Reads the one document that the text holds.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    let mut reader = Reader { open: Vec::new(), document: None };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            Problem::new(place(error.marker()), format!("a text that is not YAML ({})", error.info()), "YAML")
        })?;
        reader.take(event, span)?;
    }
    reader.document.ok_or_else(|| Problem::new(Place::START, "nothing", "a template"))
}

struct Reader {
    open: Vec<Open>,
    document: Option<Node>,
}

/// A list or mapping whose end has not come yet.
struct Open {
    place: Place,
    tag: Option<String>,
    collection: Collection,
}

enum Collection {
    List(Vec<Node>),
    Map { members: Vec<Member>, names: BTreeSet<String>, pending: Option<(String, Place)> },
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let place = place(&span.start);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.document.is_none() => Ok(()),
            Event::DocumentStart(_) => Err(Problem::new(place, "a second document", "one document")),
            Event::Alias(_) => Err(Problem::new(place, "an alias", "a value: aliases are not supported")),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = function(place, anchor, tag.as_deref())?;
                let content = scalar(place, text.into_owned(), style)?;
                self.add(Node { place, tag, content })
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = function(place, anchor, tag.as_deref())?;
                self.open(place, tag, Collection::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let tag = function(place, anchor, tag.as_deref())?;
                let empty = Collection::Map { members: Vec::new(), names: BTreeSet::new(), pending: None };
                self.open(place, tag, empty)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { place, tag, collection }) => {
                    let content = match collection {
                        Collection::List(elements) => Content::List(elements),
                        Collection::Map { members, .. } => Content::Map(members),
                    };
                    self.add(Node { place, tag, content })
                }
                None => Err(Problem::new(place, "an end without a beginning", "YAML")),
            },
        }
    }

    fn open(&mut self, place: Place, tag: Option<String>, collection: Collection) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::new(place, format!("more than {MAX_DEPTH} levels"), "a flatter template"));
        }
        if let Some(Open { collection: Collection::Map { pending: None, .. }, .. }) = self.open.last() {
            return Err(Problem::new(place, "a list or mapping as a name", "a text as a name"));
        }
        self.open.push(Open { place, tag, collection });
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), Problem> {
        match self.open.last_mut().map(|open| &mut open.collection) {
            None => self.document = Some(node),
            Some(Collection::List(elements)) => elements.push(node),
            Some(Collection::Map { members, names, pending }) => {
                if let Some((name, place)) = pending.take() {
                    members.push(Member { name, place, value: node });
                    return Ok(());
                }
                let name = node.text("a text as a name")?;
                if !names.insert(name.to_owned()) {
                    return Err(Problem::new(node.place, format!("{} again", quoted(name)), "each name once"));
                }
                *pending = Some((name.to_owned(), node.place));
            }
        }
        Ok(())
    }
}

/// The tag of an intrinsic function (`!Ref`), the only kind of tag that CloudFormation knows.
fn function(place: Place, anchor: usize, tag: Option<&saphyr_parser::Tag>) -> Result<Option<String>, Problem> {
    if anchor != 0 {
        return Err(Problem::new(place, "an anchor", "a value: anchors are not supported"));
    }
    match tag {
        None => Ok(None),
        Some(tag) if tag.handle == "!" && !tag.suffix.is_empty() => Ok(Some(tag.suffix.clone())),
        Some(tag) => Err(Problem::new(place, format!("the tag {}", quoted(&tag.to_string())), "an intrinsic function")),
    }
}

fn scalar(place: Place, text: String, style: ScalarStyle) -> Result<Content, Problem> {
    if style != ScalarStyle::Plain {
        return Ok(Content::Text(text));
    }
    if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL") {
        return Ok(Content::Null);
    }
    if is_ambiguous(&text) {
        return Err(Problem::new(place, quoted(&text), "quotes around it: without, YAML 1.1 reads something else"));
    }
    Ok(Content::Text(text))
}

/// SAM and CloudFormation read YAML 1.1: there `no` is false, `010` is eight, `1:30` is ninety and `1.50` is `1.5`.
fn is_ambiguous(text: &str) -> bool {
    if ["yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    if ["0x", "0o", "0b"].iter().any(|radix| unsigned.starts_with(radix)) {
        return true;
    }
    let numeric = |c: char| c.is_ascii_digit() || "_:.eE+-".contains(c);
    unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.contains(|c: char| c.is_ascii_digit())
        && unsigned.chars().all(numeric)
        && unsigned.matches('.').count() <= 1
        && !is_decimal(text.strip_prefix('-').unwrap_or(text))
}

/// Digits without a leading zero, perhaps a fraction without a trailing one: the same number to everybody.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(|fraction| digits(fraction) && !fraction.ends_with('0'))
}

fn place(marker: &saphyr_parser::Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}
