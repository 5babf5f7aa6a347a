//! What API Gateway is told.

use access_token::Claims;
use agentcore::runtime::ErrorReply;
use serde_json::{Value, json};

use super::event::{Api, Event};
use crate::denial::Denial;

/// The most that an API is told about a person, in bytes of JSON. AWS names no limit for it; but an API may turn it into
/// headers, for which 10,240 bytes are all.
const MAX_CONTEXT: usize = 4_096;

/// A yes.
pub(crate) struct Permit(Value);

impl Permit {
    /// Lets a person in, by what an event asked for. `transaction` joins whatever the API records to our audit line.
    ///
    /// # Errors
    ///
    /// [`Denial`] if the request cannot be named alone in a policy, or the person does not fit.
    pub(crate) fn new(event: &Event, claims: &Claims, groups: &[String], transaction: &str) -> Result<Self, Denial> {
        let scope = claims.scopes().iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        // Flat, because a REST API takes nothing else. Groups are JSON in a text: a name may hold any separator.
        let context: Value = [
            Some(("sub", claims.subject())),
            Some(("iss", claims.issuer())),
            claims.client_id().map(|client| ("client_id", client)),
            Some(("scope", &scope)),
            Some(("groups", &json!(groups).to_string())),
            Some(("txn", transaction)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if context.to_string().len() > MAX_CONTEXT {
            let message = format!(
                "What the API must be told about you needs more than {MAX_CONTEXT} bytes. You have {} groups: if they are \
                 many, whoever runs this can narrow ForwardedGroups.",
                groups.len(),
            );
            return Err(Denial::new("identity_too_large", message));
        }
        Ok(Self(match event.api {
            Api::Http => json!({ "isAuthorized": true, "context": context }),
            Api::Rest => {
                let resource = event.arn.exactly().ok_or_else(|| {
                    Denial::new("path_not_exact", "The path is too long, or holds what could be read as a pattern.")
                })?;
                policy(claims, "Allow", resource, &context)
            }
        }))
    }

    pub(crate) fn into_vec(self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }
}

/// A no: to somebody, if it is known to whom.
///
/// # Errors
///
/// [`ErrorReply`]: to a REST API the text `Unauthorized` is the only way to a 401, and any other error is a 500.
pub(crate) fn deny(api: Api, denial: &Denial, claims: Option<&Claims>) -> Result<Vec<u8>, ErrorReply> {
    let answer = match (api, claims) {
        _ if denial.retryable => {
            return Err(ErrorReply::new("Authorizer.NotReady", "cannot be decided now; try again"));
        }
        (Api::Http, _) => json!({ "isAuthorized": false }),
        (Api::Rest, None) => return Err(ErrorReply::new("Authorizer.Unauthorized", "Unauthorized")),
        // Everything, rather than the path that the caller has written.
        (Api::Rest, Some(claims)) => policy(claims, "Deny", "*", &json!({})),
    };
    Ok(answer.to_string().into_bytes())
}

fn policy(claims: &Claims, effect: &str, resource: &str, context: &Value) -> Value {
    let statement = json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource });
    json!({
        "principalId": claims.subject(),
        "policyDocument": { "Version": "2012-10-17", "Statement": [statement] },
        "context": context,
    })
}
