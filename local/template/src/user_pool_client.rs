//! `AWS::Cognito::UserPoolClient`.

use crate::attribute::Kind;
use crate::error::Problem;
use crate::fields::Fields;
use crate::node::Node;
use crate::pseudo::Pseudo;

/// What the laptop does not need to know: how long tokens live is its own setting, and nobody signs in by Cognito's API.
const IRRELEVANT: &[&str] = &[
    "AccessTokenValidity",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "PreventUserExistenceErrors",
    "RefreshTokenValidity",
    "TokenValidityUnits",
    "UserPoolId",
];

/// The client of a user pool: public, by authorization code, with refresh tokens that are replaced at each use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPoolClient {
    /// Its identifier: 26 lower-case letters and digits.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where an answer may go, compared to the letter: 1 to 100 URLs.
    pub callback_urls: Vec<String>,
    /// What it may ask for: 1 to 50 scopes.
    pub scopes: Vec<String>,
}

impl UserPoolClient {
    pub(crate) fn read(name: String, properties: &Node, pseudo: &Pseudo) -> Result<Self, Problem> {
        let mut fields = Fields::of(properties, "a client of a user pool")?.ignore(IRRELEVANT);
        fields.required("ClientName")?;
        fields.required("GenerateSecret")?.exactly("false")?;
        fields.required("AllowedOAuthFlowsUserPoolClient")?.exactly("true")?;
        for (property, only) in [("AllowedOAuthFlows", "code"), ("SupportedIdentityProviders", "COGNITO")] {
            for element in fields.required(property)?.counted_list("elements", 1..=1)? {
                element.exactly(only)?;
            }
        }
        fields.required("EnableTokenRevocation")?.exactly("true")?;
        let mut rotation = Fields::of(fields.required("RefreshTokenRotation")?, "`RefreshTokenRotation`")?;
        rotation.required("Feature")?.exactly("ENABLED")?;
        rotation.required("RetryGracePeriodSeconds")?.number(0..=60)?;
        rotation.finish()?;
        let callback_urls = fields.required("CallbackURLs")?.texts("URLs", 1..=100)?;
        let scopes = fields.required("AllowedOAuthScopes")?.texts("scopes", 1..=50)?;
        fields.finish()?;
        let id = Kind::UserPoolClient.attribute("ClientId", &name, pseudo).unwrap_or_default();
        Ok(Self { id, name, callback_urls, scopes })
    }
}
