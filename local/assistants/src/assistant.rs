//! The assistants, and what each of them is like.

use std::fmt;
use std::str::FromStr;

use crate::{Configuration, Connection, claude_code, cursor, kiro, mcp_remote, vscode};

/// An assistant, or a way in which one can be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assistant {
    /// Claude Code.
    ClaudeCode,
    /// Kiro, which signs in by itself.
    Kiro,
    /// Kiro with the program `mcp-remote` between, which signs in for it.
    KiroThroughMcpRemote,
    /// Cursor.
    Cursor,
    /// Visual Studio Code.
    VsCode,
}

/// Where a configuration belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// This file, beside what it already has.
    File(&'static str),
    /// The command line.
    Terminal,
}

/// What is known of an assistant.
pub(crate) struct Profile {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) elsewhere: &'static str,
    pub(crate) next: &'static str,
    pub(crate) redirect_uris: &'static [&'static str],
    pub(crate) configuration: fn(&Connection) -> Configuration,
}

impl Assistant {
    /// All of them; the shortest way first.
    pub const ALL: [Self; 5] = [Self::ClaudeCode, Self::Kiro, Self::KiroThroughMcpRemote, Self::Cursor, Self::VsCode];

    const fn profile(self) -> &'static Profile {
        match self {
            Self::ClaudeCode => &claude_code::PROFILE,
            Self::Kiro => &kiro::PROFILE,
            Self::KiroThroughMcpRemote => &mcp_remote::PROFILE,
            Self::Cursor => &cursor::PROFILE,
            Self::VsCode => &vscode::PROFILE,
        }
    }

    /// As it is called on a command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.profile().key
    }

    /// Where the configuration belongs.
    #[must_use]
    pub const fn place(self) -> Place {
        self.profile().place
    }

    /// Where it may be put instead: in sentences, code between backquotes.
    #[must_use]
    pub const fn elsewhere(self) -> &'static str {
        self.profile().elsewhere
    }

    /// What to do then, or what to do if it fails: in sentences, code between backquotes.
    #[must_use]
    pub const fn next(self) -> &'static str {
        self.profile().next
    }

    /// Where the identity provider may send its answer: what a client must be registered with that this assistant uses,
    /// if redirect URIs are compared exactly.
    #[must_use]
    pub const fn redirect_uris(self) -> &'static [&'static str] {
        self.profile().redirect_uris
    }

    /// What it must be told.
    #[must_use]
    pub fn configuration(self, connection: &Connection) -> Configuration {
        (self.profile().configuration)(connection)
    }
}

/// As people call it.
impl fmt::Display for Assistant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.profile().name)
    }
}

/// By its [key](Assistant::key).
impl FromStr for Assistant {
    type Err = UnknownAssistant;

    fn from_str(key: &str) -> Result<Self, UnknownAssistant> {
        Self::ALL.into_iter().find(|assistant| assistant.key() == key).ok_or(UnknownAssistant)
    }
}

/// No assistant has this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such assistant")]
pub struct UnknownAssistant;

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::File(path) => path,
            Self::Terminal => "a terminal",
        })
    }
}
