//! The template: its sections, checked as far as they can be without values.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use crate::condition;
use crate::dependency;
use crate::error::{Error, Place, Problem, one_of};
use crate::fields::Fields;
use crate::node::{Member, Node};
use crate::parameter::{self, Parameter};
use crate::pseudo::Pseudo;
use crate::resolver::Resolver;
use crate::resource::Resource;
use crate::rule;
use crate::stack::{Deployment, Stack};
use crate::yaml;

/// CloudFormation's quota.
const MAX_RESOURCES: usize = 500;

/// A SAM template that was read and not yet resolved.
#[derive(Debug)]
pub struct Template {
    file: String,
    parameters: Vec<Parameter>,
    parameters_place: Place,
    rules: Vec<Member>,
    conditions: Vec<Member>,
    user_pool: Option<String>,
    gateway: Option<String>,
    resources: Vec<Resource>,
    resources_place: Place,
    outputs: Vec<Member>,
}

impl Template {
    /// Reads a template file of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] if there is no such text file, else as [`Template::parse`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = read_text(path).map_err(|source| Error::Unreadable { file: file.clone(), source })?;
        Self::parse(&file, &text)
    }

    /// Reads the text of a template. `file` is what errors call it.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not YAML or that the laptop cannot deploy.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        Self::from_text(file, text).map_err(|problem| problem.in_file(file))
    }

    fn from_text(file: &str, text: &str) -> Result<Self, Problem> {
        if text.len() > yaml::MAX_BYTES {
            return Err(Problem::new(Place::START, "more than 1 MiB", "a smaller template"));
        }
        let document = yaml::parse(text)?;
        let mut sections =
            Fields::of(&document, "a template")?.ignore(&["AWSTemplateFormatVersion", "Description", "Metadata"]);
        sections.required("Transform")?.exactly("AWS::Serverless-2016-10-31")?;
        let parameters = sections.optional("Parameters");
        let globals = sections.optional("Globals").map(function_globals).transpose()?.flatten();
        let resources = sections.required("Resources")?;
        if resources.map("the mapping of resources")?.len() > MAX_RESOURCES {
            return Err(Problem::new(resources.place, "too many resources", format!("at most {MAX_RESOURCES}")));
        }
        let template = Self {
            file: file.to_owned(),
            parameters: members(parameters)?.iter().map(Parameter::read).collect::<Result<_, _>>()?,
            parameters_place: parameters.map_or(Place::START, |section| section.place),
            rules: members(sections.optional("Rules"))?.to_vec(),
            conditions: members(sections.optional("Conditions"))?.to_vec(),
            user_pool: None,
            gateway: None,
            resources: members(Some(resources))?
                .iter()
                .map(|resource| Resource::read(resource, globals))
                .collect::<Result<_, _>>()?,
            resources_place: resources.place,
            outputs: members(sections.optional("Outputs"))?.to_vec(),
        };
        sections.finish()?;
        Ok(template)
    }

    /// Lets the issuer at this URL, without a trailing slash, stand in for the stack's user pool: it becomes the pool's
    /// `ProviderURL`.
    pub fn stand_in_for_user_pool(&mut self, issuer: &str) {
        self.user_pool = Some(issuer.to_owned());
    }

    /// Lets what answers at this URL stand in for the gateway: it becomes its `GatewayUrl`.
    pub fn stand_in_for_gateway(&mut self, url: &str) {
        self.gateway = Some(url.to_owned());
    }

    /// Deploys the template on the laptop: what stands in it for these parameters, named as `pseudo` says.
    ///
    /// `parameters` are texts, as in `parameter_overrides`; lists are separated by commas.
    ///
    /// # Errors
    ///
    /// The first value that is missing or not allowed, reference that leads nowhere or in a circle, or property that
    /// is unknown or that CloudFormation would refuse.
    pub fn resolve(&self, parameters: &BTreeMap<String, String>, pseudo: &Pseudo) -> Result<Stack, Error> {
        self.stack(parameters, pseudo).map_err(|problem| problem.in_file(&self.file))
    }

    fn stack(&self, parameters: &BTreeMap<String, String>, pseudo: &Pseudo) -> Result<Stack, Problem> {
        let parameters = parameter::values(&self.parameters, self.parameters_place, parameters)?;
        let mut resolver = Resolver::new(pseudo, &parameters);
        rule::check(&self.rules, &resolver)?;
        resolver.user_pool = self.user_pool.as_deref();
        resolver.gateway = self.gateway.as_deref();
        resolver.conditions = condition::decide(&self.conditions, &resolver)?;
        let mut existing = Vec::new();
        for resource in &self.resources {
            if exists(resource.condition.as_ref(), &resolver.conditions)? {
                existing.push(resource);
            }
        }
        resolver.resources = existing.iter().map(|resource| (resource.logical_id.as_str(), *resource)).collect();

        let mut deployment = Deployment::default();
        for resource in existing {
            *resolver.current.borrow_mut() = Some(&resource.logical_id);
            self.note_dependencies(resource, &resolver)?;
            let name = resolver.name(resource, resource.place)?;
            let properties = resolver.resolve(&resource.properties)?;
            let properties = properties.ok_or_else(|| resource.properties.instead_of("properties"))?;
            deployment.add(resource, name, &properties, pseudo)?;
        }
        *resolver.current.borrow_mut() = None;
        if let circle @ [first, ..] = dependency::circle(&resolver.needs.borrow()).as_slice() {
            let place = resolver.resources.get(first).map_or(Place::START, |resource| resource.place);
            return Err(Problem::new(place, format!("a circle of references: {}", circle.join(" → ")), "none"));
        }
        for output in &self.outputs {
            let mut fields = Fields::of(&output.value, "an output")?.ignore(&["Description", "Export"]);
            let value = fields.required("Value")?;
            let condition = fields.optional("Condition");
            fields.finish()?;
            if exists(condition, &resolver.conditions)? {
                deployment.outputs.insert(output.name.clone(), resolver.text(value)?);
            }
        }
        deployment.stack(self.resources_place, &resolver.needs.borrow(), pseudo)
    }

    /// `DependsOn` may name a resource that a condition left out, but not one that was never declared.
    fn note_dependencies(&self, resource: &Resource, resolver: &Resolver<'_>) -> Result<(), Problem> {
        for node in &resource.depends_on {
            let name = node.text("the name of a resource")?;
            if self.resources.iter().all(|declared| declared.logical_id != name) {
                return Err(node.instead_of("the name of a resource"));
            }
            if resolver.resources.contains_key(name) {
                resolver.needs.borrow_mut().insert((resource.logical_id.clone(), name.to_owned()));
            }
        }
        Ok(())
    }
}

/// The text of a file, and not of a file that grows without end.
pub(crate) fn read_text(path: &Path) -> std::io::Result<String> {
    let limit = u64::try_from(yaml::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    std::fs::File::open(path)?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}

fn members(section: Option<&Node>) -> Result<&[Member], Problem> {
    section.map_or(Ok(&[]), |section| section.map("a mapping"))
}

fn function_globals(globals: &Node) -> Result<Option<&Node>, Problem> {
    let mut fields = Fields::of(globals, "`Globals`")?;
    let function = fields.optional("Function");
    fields.finish()?;
    Ok(function)
}

fn exists(condition: Option<&Node>, conditions: &BTreeMap<String, bool>) -> Result<bool, Problem> {
    let Some(node) = condition else { return Ok(true) };
    let name = node.text("the name of a condition")?;
    let known = || node.instead_of(format!("a condition: {}", one_of(conditions.keys().map(String::as_str))));
    conditions.get(name).copied().ok_or_else(known)
}
