//! What API Gateway asks.

use std::collections::BTreeMap;

use agentcore::header::Headers;
use serde::de::DeserializeOwned;
use serde_json::Value;
use strict_json::Object;

use super::method_arn::MethodArn;
use crate::identity::AUTHORIZATION;
use crate::kind::Format;

/// How an API wants to be answered.
#[derive(Clone, Copy)]
pub(crate) enum Api {
    /// By yes or no ("simple response").
    Http,
    /// By a policy.
    Rest,
}

/// A request to an API.
pub(crate) struct Event {
    pub(crate) api: Api,
    pub(crate) arn: MethodArn,
    /// Its headers, or the one that API Gateway has picked for an authorizer of type TOKEN.
    pub(crate) headers: Headers,
}

/// Why an event cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EventError {
    #[error(transparent)]
    Json(#[from] strict_json::Error),
    #[error("`{0}` is missing, or not what it must be")]
    Member(&'static str),
}

impl Event {
    /// Reads an event in this format.
    ///
    /// # Errors
    ///
    /// [`EventError`], also for what no client of the API can have caused.
    pub(crate) fn parse(format: Format, event: &[u8]) -> Result<Self, EventError> {
        let mut members = strict_json::parse_object(event)?;
        let (api, arn, headers) = match format {
            // API Gateway joins repeated headers with commas, and a list of tokens is not one token.
            Format::Http => (Api::Http, "routeArn", take(&mut members, "headers")?.unwrap_or_default()),
            Format::RestToken => {
                let token: Option<String> = take(&mut members, "authorizationToken")?;
                (Api::Rest, "methodArn", token.into_iter().map(|token| (AUTHORIZATION, token)).collect())
            }
            // `headers` has but the last of several of one name.
            Format::RestRequest => {
                let headers: Option<BTreeMap<String, Vec<String>>> = take(&mut members, "multiValueHeaders")?;
                let each =
                    |(name, values): (String, Vec<String>)| values.into_iter().map(move |value| (name.clone(), value));
                (Api::Rest, "methodArn", headers.into_iter().flatten().flat_map(each).collect())
            }
        };
        let text = take(&mut members, arn)?.ok_or(EventError::Member(arn))?;
        Ok(Self { api, arn: MethodArn::parse(text).ok_or(EventError::Member(arn))?, headers })
    }
}

/// A member, if it is there and not null.
fn take<T: DeserializeOwned>(members: &mut Object, name: &'static str) -> Result<Option<T>, EventError> {
    let value = members.remove(name).unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|_| EventError::Member(name))
}
