//! The names of tools: `<target>___<tool>`.
//!
//! A target's name cannot hold an underscore, so the first `___` is always the seam, whatever the tool is called.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The tool that the Gateway itself offers when semantic search is on. It belongs to no target.
pub const SEARCH: &str = "x_amz_bedrock_agentcore_search";

const SEAM: &str = "___";

/// The name of a tool as MCP clients see it.
///
/// ```
/// use agentcore::tool::ToolName;
///
/// let ToolName::Target { target, tool } = "profile___who_am_i".parse()? else { unreachable!() };
/// assert_eq!((target.as_str(), tool.as_str()), ("profile", "who_am_i"));
/// assert_eq!("x_amz_bedrock_agentcore_search".parse(), Ok(ToolName::Search));
/// # Ok::<(), agentcore::tool::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ToolName {
    /// A tool of a target.
    Target {
        /// The target that has it.
        target: TargetName,
        /// What the target calls it.
        tool: BareName,
    },
    /// [`SEARCH`].
    Search,
}

/// The name of a target: one to a hundred ASCII letters or digits, a single hyphen allowed after each
/// (`CreateGatewayTarget`: `([0-9a-zA-Z][-]?){1,100}`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TargetName(String);

/// What a target calls its tool, without the target's name: one to 256 ASCII letters, digits, `_`, `-` or `.`.
///
/// The length is the Gateway's quota. The Gateway's API has no pattern; the letters are those of MCP 2025-11-25 ("Tool
/// Names"), and a name of nothing else can go into a log or a policy as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BareName(String);

/// Why a text names no tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It has no `___` and is not [`SEARCH`].
    #[error("a tool's name is <target>___<tool>")]
    NoTarget,
    /// The part before the seam is not a [`TargetName`].
    #[error("a target's name is letters and digits, with single hyphens after them, at most 100 of them")]
    Target,
    /// The part after the seam is not a [`BareName`].
    #[error("a tool's name is letters, digits, `_`, `-` and `.`, at most 256 of them")]
    Tool,
}

impl FromStr for ToolName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        if name == SEARCH {
            return Ok(Self::Search);
        }
        let (target, tool) = name.split_once(SEAM).ok_or(NameError::NoTarget)?;
        Ok(Self::Target { target: target.parse()?, tool: tool.parse()? })
    }
}

impl fmt::Display for ToolName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target { target, tool } => write!(formatter, "{target}{SEAM}{tool}"),
            Self::Search => formatter.write_str(SEARCH),
        }
    }
}

impl Serialize for ToolName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl TargetName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TargetName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric).count();
        let hyphens = name.bytes().filter(|byte| *byte == b'-').count();
        let fits = (1..=100).contains(&letters)
            && letters + hyphens == name.len()
            && !name.starts_with('-')
            && !name.contains("--");
        if fits { Ok(Self(name.to_owned())) } else { Err(NameError::Target) }
    }
}

impl fmt::Display for TargetName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl BareName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BareName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if (1..=256).contains(&name.len()) && name.bytes().all(known) {
            Ok(Self(name.to_owned()))
        } else {
            Err(NameError::Tool)
        }
    }
}

impl fmt::Display for BareName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
