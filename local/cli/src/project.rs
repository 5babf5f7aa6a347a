//! Where the template is, and what stands beside it.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

const TEMPLATE: &str = "template.yaml";

/// The folder of a template.
#[derive(Debug)]
pub(crate) struct Project {
    /// The template itself.
    pub(crate) template: PathBuf,
    root: PathBuf,
}

impl Project {
    /// The project of a template; without one, of the nearest `template.yaml` from here upwards.
    pub(crate) fn find(template: Option<PathBuf>) -> Result<Self, Failure> {
        let template = match template {
            Some(template) if template.is_file() => template,
            Some(template) => return Err(Failure::new(format!("there is no file {}", template.display()))),
            None => nearest(&std::env::current_dir()?).ok_or_else(|| {
                Failure::new(format!("there is no {TEMPLATE} in this folder or above"))
                    .with_hint("Run this inside the project, or name the template with --template FILE.")
            })?,
        };
        let root = std::path::absolute(&template)?.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { template, root })
    }

    /// The failure that the template does not have what this program needs.
    pub(crate) fn lacks(&self, what: &str) -> Failure {
        Failure::new(format!("{}: expected {what} among the resources", self.template.display()))
    }

    /// The parameter sets.
    pub(crate) fn samconfig(&self) -> PathBuf {
        self.root.join("samconfig.toml")
    }

    /// The cargo workspace of the functions.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where keys are kept, unless it is said otherwise.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".countersign")
    }

    /// The people who can sign in on the laptop.
    pub(crate) fn accounts(&self) -> PathBuf {
        self.root.join("local").join("accounts.yaml")
    }
}

/// How a person calls this program from where it was called. Cargo tells those that it runs its own name.
pub(crate) fn program() -> &'static str {
    if std::env::var_os("CARGO").is_some() { "cargo run --" } else { "countersign" }
}

fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(TEMPLATE)).find(|template| template.is_file())
}
