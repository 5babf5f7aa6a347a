//! What is known of one client.

use serde::Deserialize;

/// A line that a script of `tests/clients` prints.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Fact {
    Introduction { client: String, version: String, registration: String },
    Step { step: String, result: String },
    Failure { step: Option<String>, failed: String },
    Protocol { protocol: String },
}

/// How far a client came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) note: &'static str,
    pub(crate) client: String,
    pub(crate) version: String,
    pub(crate) registration: String,
    pub(crate) protocol: String,
    /// Each with its result, in their order.
    pub(crate) steps: Vec<(String, String)>,
    /// Why it did not come to its end.
    pub(crate) failure: Option<String>,
}

impl Row {
    /// Takes a line in.
    pub(crate) fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Fact::Introduction { client, version, registration }) => {
                (self.client, self.version, self.registration) = (client, version, registration);
            }
            Ok(Fact::Step { step, result }) => self.steps.push((step, result)),
            Ok(Fact::Protocol { protocol }) => self.protocol = protocol,
            Ok(Fact::Failure { step, failed }) => self.fail(step, &failed),
            Err(error) => self.fail(None, &format!("its script prints `{line}`: {error}")),
        }
    }

    /// The first failure counts.
    pub(crate) fn fail(&mut self, step: Option<String>, why: &str) {
        if self.failure.is_none() {
            let at = step.as_ref().map(|step| format!("{step}: ")).unwrap_or_default();
            self.failure = Some(at + why);
            self.steps.extend(step.map(|step| (step, "FAILED".to_owned())));
        }
    }

    pub(crate) fn result(&self, step: &str) -> Option<&str> {
        self.steps.iter().find(|(name, _)| name == step).map(|(_, result)| result.as_str())
    }

    /// What is wrong, if anything is.
    pub(crate) fn defect(&self) -> Option<String> {
        self.failure.as_ref().map(|failure| format!("{}: {failure}", self.id))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Row;

    #[rstest]
    #[case::a_step(r#"{"step": "token", "failed": "no token"}"#, "remote: token: no token", Some("FAILED"))]
    #[case::before_any_step(r#"{"failed": "no Chromium"}"#, "remote: no Chromium", None)]
    #[case::not_json("oh", "remote: its script prints `oh`", None)]
    #[case::another_fact(r#"{"stap": "token"}"#, "remote: its script prints", None)]
    fn a_failure_is_a_defect(#[case] line: &str, #[case] defect: &str, #[case] token: Option<&str>) {
        let mut row = Row { id: "remote", ..Row::default() };
        assert_eq!(row.defect(), None);
        row.take(line);
        row.take(r#"{"failed": "a consequence"}"#);
        assert!(row.defect().unwrap().starts_with(defect), "{row:?}");
        assert_eq!(row.result("token"), token);
    }
}
