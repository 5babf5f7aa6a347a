//! The template as the laptop deploys it.

use local_template::{Pseudo, Stack, Template, samconfig};

use crate::cargo;
use crate::error::Error;

/// The template with a parameter set of `samconfig.toml`, and with these parameters instead.
pub(crate) fn stack(set: &str, instead: &[(&str, &str)]) -> Result<Stack, Error> {
    let template = Template::read(&cargo::root().join("template.yaml"))?;
    let mut parameters = samconfig::parameter_overrides(&cargo::root().join("samconfig.toml"), set)?;
    parameters.extend(instead.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    // Nothing that is checked depends on where the stack stands.
    let pseudo = Pseudo {
        account_id: "000000000000".to_owned(),
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: "countersign".to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
    };
    Ok(template.resolve(&parameters, &pseudo)?)
}
