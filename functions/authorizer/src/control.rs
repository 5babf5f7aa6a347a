//! What the stack learnt after it was made.
//!
//! The gateway's URL is known when the gateway exists, and the gateway needs this function before. CloudFormation has no
//! way out of that circle, so the stack writes a secret at the end, and this function reads it.

use serde::Deserialize;

/// The secret `control`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Control {
    /// The URL of the gateway's MCP endpoint: the audience of its users' tokens.
    pub(crate) mcp_url: String,
}

/// The secret is not what the stack writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret `control` is not a JSON object with `mcp_url`")]
pub(crate) struct ControlError;

impl Control {
    pub(crate) fn parse(text: &str) -> Result<Self, ControlError> {
        let object = strict_json::parse_object(text.as_bytes()).map_err(|_| ControlError)?;
        let control: Self = serde_json::from_value(object.into()).map_err(|_| ControlError)?;
        if control.mcp_url.is_empty() { Err(ControlError) } else { Ok(control) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Control;

    #[rstest]
    #[case::never_filled("")]
    #[case::empty("{}")]
    #[case::no_url(r#"{"gateway_id":"a"}"#)]
    #[case::empty_url(r#"{"mcp_url":""}"#)]
    #[case::not_text(r#"{"mcp_url":["a"]}"#)]
    #[case::twice(r#"{"mcp_url":"a","mcp_url":"b"}"#)]
    fn a_doubtful_record_is_none(#[case] text: &str) {
        assert!(Control::parse(text).is_err());
    }

    #[test]
    fn members_of_a_later_version_are_no_harm() {
        let control = Control::parse(r#"{"mcp_url":"https://a/mcp","gateway_id":"b","revocations":[]}"#).unwrap();
        assert_eq!(control.mcp_url, "https://a/mcp");
    }
}
