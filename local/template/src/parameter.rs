//! Parameters: what a template asks its deployer for.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::error::{Place, Problem, one_of, quoted, unknown};
use crate::fields::Fields;
use crate::node::{Member, Node};

/// The value of a parameter, as `Ref` gives it.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    List(Vec<String>),
}

/// A declaration under `Parameters`.
#[derive(Debug)]
pub(crate) struct Parameter {
    name: String,
    place: Place,
    kind: Kind,
    default: Option<String>,
    allowed_values: Option<Vec<String>>,
    allowed_pattern: Option<Regex>,
    constraint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    CommaDelimitedList,
}

impl Parameter {
    pub(crate) fn read(declared: &Member) -> Result<Self, Problem> {
        let mut fields = Fields::of(&declared.value, "a parameter")?.ignore(&["Description", "NoEcho"]);
        let kind = fields.required("Type")?;
        let kind = match kind.text("a parameter's type")? {
            "String" => Kind::Text,
            "Number" => Kind::Number,
            "CommaDelimitedList" => Kind::CommaDelimitedList,
            _ => return Err(kind.instead_of(one_of(["String", "Number", "CommaDelimitedList"]))),
        };
        let text = |node: Option<&Node>| node.map(|node| node.text("a text").map(str::to_owned)).transpose();
        let parameter = Self {
            name: declared.name.clone(),
            place: declared.place,
            kind,
            default: text(fields.optional("Default"))?,
            allowed_values: fields.optional("AllowedValues").map(|node| node.texts("values", 1..=200)).transpose()?,
            allowed_pattern: fields.optional("AllowedPattern").map(pattern).transpose()?,
            constraint: text(fields.optional("ConstraintDescription"))?,
        };
        fields.finish()?;
        Ok(parameter)
    }

    /// Checks a value against the declaration. CloudFormation holds each element of a list to the same rules.
    fn value(&self, given: &str) -> Result<Value, Problem> {
        if self.kind != Kind::CommaDelimitedList {
            self.check(given)?;
            return Ok(Value::Text(given.to_owned()));
        }
        let elements: Vec<_> = given.split(',').map(|element| element.trim().to_owned()).collect();
        for element in &elements {
            self.check(element)?;
        }
        Ok(Value::List(if given.trim().is_empty() { Vec::new() } else { elements }))
    }

    fn check(&self, value: &str) -> Result<(), Problem> {
        if self.kind == Kind::Number && !value.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(self.refuse(value, "a number"));
        }
        if let Some(allowed) = &self.allowed_values
            && !allowed.iter().any(|allowed| allowed == value)
        {
            return Err(self.refuse(value, one_of(allowed.iter().map(String::as_str))));
        }
        if let Some(pattern) = &self.allowed_pattern
            && !pattern.is_match(value)
        {
            let pattern = || format!("a match of {}", quoted(pattern.as_str()));
            return Err(self.refuse(value, self.constraint.clone().unwrap_or_else(pattern)));
        }
        Ok(())
    }

    fn refuse(&self, value: &str, expected: impl Into<String>) -> Problem {
        Problem::new(self.place, format!("{} for parameter `{}`", quoted(value), self.name), expected)
    }
}

/// CloudFormation matches the whole value, wherever the pattern has its anchors.
fn pattern(node: &Node) -> Result<Regex, Problem> {
    let expected = "a regular expression without look-around and back-references";
    let text = node.text(expected)?;
    Regex::new(text).and_then(|_| Regex::new(&format!(r"\A(?:{text})\z"))).map_err(|_| node.instead_of(expected))
}

/// The value of every declared parameter: what is given, else its default. `section` is where they are declared.
pub(crate) fn values(
    declared: &[Parameter],
    section: Place,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Problem> {
    if let Some(name) = given.keys().find(|name| declared.iter().all(|parameter| parameter.name != **name)) {
        let names = || declared.iter().map(|parameter| parameter.name.as_str());
        let found = format!("no parameter {}, for which a value is given", unknown(name, names()));
        return Err(Problem::new(section, found, one_of(names())).of_given(name));
    }
    declared
        .iter()
        .map(|parameter| match (given.get(&parameter.name), &parameter.default) {
            (Some(value), _) => {
                let value = parameter.value(value).map_err(|problem| problem.of_given(&parameter.name))?;
                Ok((parameter.name.clone(), value))
            }
            (None, Some(value)) => Ok((parameter.name.clone(), parameter.value(value)?)),
            (None, None) => Err(Problem::new(
                parameter.place,
                format!("no value for parameter `{}`", parameter.name),
                "one, since it has no default (`parameter_overrides` in samconfig.toml)",
            )),
        })
        .collect()
}
