//! That `template.yaml` declares the tools that the functions have.
//!
//! The Gateway shows assistants the template's words and checks arguments against the template's schema. If these are
//! not the program's, a model is told one thing and the tool does another.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use agentcore::tool::Definition;
use local_template::{Stack, Target};

use crate::cargo;
use crate::deployment;
use crate::error::Error;
use crate::outcome::Outcome;

/// Compares each target of the template, as the laptop deploys it, with what its program says of itself.
pub(crate) fn check() -> Result<Outcome, Error> {
    let stack = deployment::stack("local", &[])?;
    let mut defects = Vec::new();
    for target in &stack.gateway().targets {
        let described = describe(binary(&stack, target)?)?;
        defects.extend(differences(target.name.as_str(), &target.tools, &described));
    }
    Ok(Outcome { covered: format!("{} target(s)", stack.gateway().targets.len()), defects })
}

/// The cargo binary behind a target.
fn binary<'a>(stack: &'a Stack, target: &Target) -> Result<&'a str, Error> {
    let function = stack.functions().iter().find(|function| function.arn == target.function);
    function.map(|function| function.binary.as_str()).ok_or_else(|| Error::NoBinary(target.function.clone()))
}

fn describe(binary: &str) -> Result<Vec<Definition>, Error> {
    let built = cargo::build(&["build", "--bin", binary])?;
    let programs = built.into_iter().filter(|artifact| artifact.target.name == binary);
    let path = programs.filter_map(|artifact| artifact.executable).next();
    let path = path.ok_or_else(|| Error::NoBinary(binary.to_owned()))?;
    let program = format!("{binary} describe");
    let output = Command::new(path).arg("describe").stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|source| Error::NotStarted { program: program.clone(), source })?;
    if !output.status.success() {
        return Err(Error::Program(program));
    }
    serde_json::from_slice(&output.stdout).map_err(|source| Error::NotJson { program, source })
}

/// What an editor of the template must change, tool by tool.
fn differences(target: &str, template: &[Definition], program: &[Definition]) -> Vec<String> {
    let (template, program) = (by_name(template), by_name(program));
    let names: BTreeSet<_> = template.keys().chain(program.keys()).collect();
    let difference = |name: &&str| match (template.get(name), program.get(name)) {
        (Some(declared), Some(own)) if declared == own => None,
        (Some(declared), Some(own)) => {
            let (declared, own) = (json(declared), json(own));
            Some(format!("{target}___{name}: template.yaml declares\n{declared}\nand the program has\n{own}"))
        }
        (Some(_), None) => {
            Some(format!("{target}___{name}: declared in template.yaml, and the program has no such tool"))
        }
        (None, Some(own)) => {
            Some(format!("{target}___{name}: missing in template.yaml; the program has\n{}", json(own)))
        }
        (None, None) => None,
    };
    names.into_iter().filter_map(difference).collect()
}

fn by_name(definitions: &[Definition]) -> BTreeMap<&str, &Definition> {
    definitions.iter().map(|definition| (definition.name().as_str(), definition)).collect()
}

fn json(definition: &Definition) -> String {
    serde_json::to_string_pretty(definition).unwrap_or_else(|error| error.to_string())
}

#[cfg(test)]
mod tests;
