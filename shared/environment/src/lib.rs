//! A function's configuration, read once, in `main`, from its environment.
//!
//! A wrong or missing variable stops the function at its start and says which one, and what was expected. What was found
//! is not repeated: somebody may have put a secret there by mistake.

use std::fmt::Display;
use std::str::FromStr;

/// The variables of a process, or of a test.
pub struct Environment<'a>(Box<Lookup<'a>>);

type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A variable is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {variable}: {problem}")]
pub struct VariableError {
    /// Its name.
    pub variable: &'static str,
    /// What is wrong, and what is expected.
    pub problem: String,
}

impl VariableError {
    /// A fault of a variable.
    #[must_use]
    pub fn new(variable: &'static str, problem: impl Display) -> Self {
        Self { variable, problem: problem.to_string() }
    }
}

impl<'a> Environment<'a> {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// Variables from elsewhere.
    pub fn new(variable: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self(Box::new(variable))
    }

    /// A variable that may be missing. One that is empty is missing: CloudFormation cannot leave one out.
    #[must_use]
    pub fn optional(&self, variable: &'static str) -> Option<String> {
        (self.0)(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A variable that must be there.
    ///
    /// # Errors
    ///
    /// [`VariableError`] if it is missing or empty.
    pub fn required(&self, variable: &'static str) -> Result<String, VariableError> {
        self.optional(variable).ok_or_else(|| VariableError::new(variable, "is not set"))
    }

    /// A variable that must be there and must be a `T`.
    ///
    /// # Errors
    ///
    /// [`VariableError`] if it is missing, or with the text of the parser's error.
    pub fn parsed<T: FromStr<Err: Display>>(&self, variable: &'static str) -> Result<T, VariableError> {
        let value = self.required(variable)?;
        value.parse().map_err(|problem: T::Err| VariableError::new(variable, format!("expected {problem}")))
    }

    /// The elements of a comma-separated variable, without empty ones. None if it is missing.
    #[must_use]
    pub fn list(&self, variable: &'static str) -> Vec<String> {
        let value = self.optional(variable).unwrap_or_default();
        value.split(',').map(str::trim).filter(|element| !element.is_empty()).map(str::to_owned).collect()
    }
}

impl std::fmt::Debug for Environment<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Environment(..)")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Environment;

    fn with(value: Option<&'static str>) -> Environment<'static> {
        Environment::new(move |name| value.filter(|_| name == "NAME").map(str::to_owned))
    }

    #[rstest]
    #[case::missing(None)]
    #[case::empty(Some(""))]
    #[case::blank(Some("  "))]
    fn an_empty_variable_is_a_missing_one(#[case] value: Option<&'static str>) {
        assert_eq!(with(value).optional("NAME"), None);
        assert_eq!(with(value).required("NAME").unwrap_err().to_string(), "environment variable NAME: is not set");
        assert!(with(value).list("NAME").is_empty());
    }

    #[test]
    fn a_value_that_does_not_parse_is_not_repeated() {
        let error = with(Some("PRIVATE")).parsed::<u8>("NAME").unwrap_err().to_string();
        assert!(error.contains("NAME") && !error.contains("PRIVATE"));
    }

    #[test]
    fn a_list_has_no_empty_elements() {
        assert_eq!(with(Some("a, b,,c ,")).list("NAME"), ["a", "b", "c"]);
    }
}
