//! `samconfig.toml`: the parameter sets of deployments, as the SAM CLI reads them.
//!
//! SAM skips without a word what it cannot make out in `"Name=value Other=value"`; here that is an error. So are its
//! backslashes, nested quotes and files: our sets do not need them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Place, Problem, one_of, quoted};
use crate::template::read_text;

/// Reads `parameter_overrides` of `[SET.deploy.parameters]`; a set may be without.
///
/// They are a list of `Name=value`, one text with several of them, a table, or a list of those. What comes later replaces
/// what came before.
///
/// # Errors
///
/// [`Error::Unreadable`] if there is no such text file; [`Error::Invalid`] if it is not TOML, has no such set, or the
/// overrides are not in one of these forms.
pub fn parameter_overrides(path: &Path, set: &str) -> Result<BTreeMap<String, String>, Error> {
    let file = path.display().to_string();
    let text = read_text(path).map_err(|source| Error::Unreadable { file: file.clone(), source })?;
    overrides(&text, set).map_err(|problem| problem.in_file(&file))
}

pub(crate) fn overrides(text: &str, set: &str) -> Result<BTreeMap<String, String>, Problem> {
    let at = |span: Range<usize>| Place::of_byte(text, span.start);
    let document = DeTable::parse(text).map_err(|error| {
        Problem::new(
            at(error.span().unwrap_or_default()),
            format!("a text that is not TOML ({})", error.message()),
            "TOML",
        )
    })?;
    let sets: BTreeMap<&str, _> = (document.get_ref().iter())
        .filter_map(|(name, value)| {
            Some((&**name.get_ref(), value.get_ref().get("deploy")?.get_ref().get("parameters")?))
        })
        .collect();
    let parameters = sets.get(set).ok_or_else(|| {
        let found = format!("no parameter set {}: no `[{set}.deploy.parameters]`", quoted(set));
        Problem::new(Place::START, found, one_of(sets.keys().copied()))
    })?;
    let mut set = Set { text, values: BTreeMap::new() };
    if let Some(overrides) = parameters.get_ref().get("parameter_overrides") {
        set.add(overrides)?;
    }
    Ok(set.values)
}

struct Set<'a> {
    text: &'a str,
    values: BTreeMap<String, String>,
}

impl Set<'_> {
    /// The reader of TOML bounds how deep lists nest.
    fn add(&mut self, overrides: &Spanned<DeValue<'_>>) -> Result<(), Problem> {
        match overrides.get_ref() {
            DeValue::String(pairs) => self.add_pairs(pairs, overrides),
            DeValue::Array(elements) => elements.iter().try_for_each(|element| self.add(element)),
            DeValue::Table(table) => table.iter().try_for_each(|(name, value)| {
                if !is_name(name.get_ref()) {
                    return Err(self.problem(name, quoted(name.get_ref()), "the name of a parameter"));
                }
                let text = match value.get_ref() {
                    DeValue::Array(elements) => {
                        let texts: Result<Vec<_>, _> = elements.iter().map(|element| self.scalar(element)).collect();
                        texts?.join(",")
                    }
                    _ => self.scalar(value)?,
                };
                self.values.insert(name.get_ref().to_string(), text);
                Ok(())
            }),
            other => Err(self.problem(overrides, other.type_str(), "a text, a list or a table")),
        }
    }

    /// Takes `Name=value Other="a value"` apart.
    fn add_pairs<T>(&mut self, pairs: &str, at: &Spanned<T>) -> Result<(), Problem> {
        let mut rest = pairs.trim();
        while !rest.is_empty() {
            let malformed = self.problem(at, quoted(rest), "`Name=value` or `Name=\"a value\"`");
            let Some((name, after)) = rest.split_once('=').filter(|(name, _)| is_name(name)) else {
                return Err(malformed);
            };
            let closed = ['"', '\''].iter().find_map(|quote| {
                let (value, after) = after.strip_prefix(*quote)?.split_once(*quote)?;
                (after.is_empty() || after.starts_with(' ')).then_some((value, after))
            });
            let open = || Some(after.split_once(' ').unwrap_or((after, ""))).filter(|(value, _)| !value.is_empty());
            let Some((value, after)) = closed.or_else(open).filter(|(value, _)| is_plain(value)) else {
                return Err(malformed);
            };
            self.values.insert(name.to_owned(), value.to_owned());
            rest = after.trim_start();
        }
        Ok(())
    }

    fn scalar(&self, value: &Spanned<DeValue<'_>>) -> Result<String, Problem> {
        match value.get_ref() {
            DeValue::String(text) if is_plain(text) => Ok(text.clone().into_owned()),
            DeValue::String(text) => Err(self.problem(value, quoted(text), "a text without quotes and backslashes")),
            DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
            other => Err(self.problem(value, other.type_str(), "a text or a decimal whole number")),
        }
    }

    fn problem<T>(&self, at: &Spanned<T>, found: impl Into<String>, expected: &str) -> Problem {
        Problem::new(Place::of_byte(self.text, at.span().start), found, expected)
    }
}

/// Logical ids are letters and digits.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// SAM would take quotes and backslashes off a value.
fn is_plain(text: &str) -> bool {
    !text.contains(['"', '\'', '\\'])
}
