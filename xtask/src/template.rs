//! That `template.yaml` can be made, and gives each part what it needs and nothing else.
//!
//! SAM's own validation comes first, of each parameter set. What it does not see is looked at in the template as
//! CloudFormation is given it, translated by SAM, as if every condition held:
//!
//! 1. No resource needs itself, by whatever way round. So the gateway needs nothing that needs the gateway.
//! 2. The tools use the keywords of JSON Schema that the Gateway knows, and have names that models can say.
//! 3. Each secret is open to the roles of one table and no other, and each role to one service.
//! 4. A function has a role of its own, a log group that is emptied some day, and the right to write to it.
//! 5. No right is given by a wildcard, a managed policy or an exception.
//!
//! At last cfn-lint looks at copies without intrinsic functions: where one stands, it lets misspelt names pass.

mod circle;
mod functions;
mod lint;
mod rights;
mod tools;
mod translation;

use crate::cargo;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::run;
use crate::sam::Sam;

use self::translation::Translation;

/// The parameter sets of `samconfig.toml`.
const SETS: &[&str] = &["default", "local"];

pub(crate) fn check() -> Result<Outcome, Error> {
    let sam = Sam::install()?;
    for set in SETS {
        run(sam.command("sam").args(["validate", "--lint", "--config-env", set]))?;
    }
    let template = Translation::read(&sam, &cargo::root().join("template.yaml"))?;
    let mut defects = Vec::from_iter(circle::defects(&template));
    defects.extend(tools::defects(&template));
    defects.extend(rights::defects(&template, rights::SECRETS));
    defects.extend(functions::defects(&template));
    defects.extend(lint::defects(&sam, &template)?);
    Ok(Outcome { covered: format!("{} resources", template.resources.len()), defects })
}
