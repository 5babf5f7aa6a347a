//! `AWS::SecretsManager::Secret`.

use crate::attribute::Kind;
use crate::error::Problem;
use crate::fields::Fields;
use crate::node::Node;
use crate::pseudo::Pseudo;
use crate::resource::Resource;

/// A secret, and not what it holds: the template declares it empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in Secrets Manager.
    pub name: String,
    /// Its ARN, with the six characters that Secrets Manager adds to the name.
    pub arn: String,
}

impl Secret {
    pub(crate) fn read(resource: &Resource, name: String, properties: &Node, pseudo: &Pseudo) -> Result<Self, Problem> {
        // `SecretString` and `GenerateSecretString` are not among them: nothing here would fill the secret so.
        let mut fields = Fields::of(properties, "a secret")?.ignore(&["Description", "KmsKeyId", "Tags"]);
        let known = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if let Some(node) = fields.optional("Name")
            && (name.is_empty() || name.len() > 512 || !name.chars().all(known))
        {
            return Err(node.instead_of("1 to 512 letters, digits and `/_+=.@-`"));
        }
        fields.finish()?;
        let arn = Kind::Secret.attribute("Id", &name, pseudo).unwrap_or_default();
        Ok(Self { logical_id: resource.logical_id.clone(), name, arn })
    }
}
