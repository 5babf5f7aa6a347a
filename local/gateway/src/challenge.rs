//! 401 and 403: what a client is told to do about its token.

use http::{HeaderValue, StatusCode};

use access_token::Rejection;
use agentcore::jsonrpc::Code;
use local_template::CustomJwt;

use crate::answer::Answer;
use crate::refusal::Refusal;
use crate::unknowns::{ClaimMismatch, KeysUnavailable, MissingTokenChallenge, Switches};

/// The scopes that clients are told to ask for, in the order of `AllowedScopes`.
pub(crate) fn advertised_scopes(authorizer: &CustomJwt) -> Vec<String> {
    let advertised = |scope: &String| authorizer.advertised_scope_mapping.get(scope).unwrap_or(scope).clone();
    authorizer.allowed_scopes.iter().map(advertised).collect()
}

/// The gateway's `WWW-Authenticate` headers, one each, parameters in the order of the service.
pub(crate) struct Challenge {
    bare: HeaderValue,
    invalid_token: HeaderValue,
    insufficient_scope: HeaderValue,
    switches: Switches,
}

impl Challenge {
    /// `None` if a scope or the URL cannot stand in a header.
    pub(crate) fn new(metadata_url: &str, scopes: &[String], switches: Switches) -> Option<Self> {
        let header = |error: Option<&str>| {
            let error = error.map(|error| format!(r#"error="{error}""#));
            let scope = (!scopes.is_empty()).then(|| format!(r#"scope="{}""#, scopes.join(" ")));
            let metadata = Some(format!(r#"resource_metadata="{metadata_url}""#));
            let parameters: Vec<String> = [error, scope, metadata].into_iter().flatten().collect();
            HeaderValue::try_from(format!("Bearer {}", parameters.join(", "))).ok()
        };
        Some(Self {
            bare: header(None)?,
            invalid_token: header(Some("invalid_token"))?,
            insufficient_scope: header(Some("insufficient_scope"))?,
            switches,
        })
    }

    pub(crate) fn answer(&self, refusal: &Refusal) -> Answer {
        let answer = self.response(refusal);
        // The first step of every sign-in, and nothing to worry about.
        if matches!(refusal, Refusal::NoCredentials) {
            return answer;
        }
        answer.because(format!("token refused: {}: {refusal}", refusal.reason()))
    }

    fn response(&self, refusal: &Refusal) -> Answer {
        match refusal {
            Refusal::NoCredentials => match self.switches.missing_token_challenge {
                MissingTokenChallenge::WithError => unauthorized(&self.invalid_token),
                MissingTokenChallenge::WithoutError => unauthorized(&self.bare),
            },
            Refusal::Token(Rejection::KeysUnavailable) => match self.switches.keys_unavailable {
                KeysUnavailable::ServiceUnavailable => {
                    let message = "The identity provider's keys are not available. Please retry later.";
                    Answer::error(StatusCode::SERVICE_UNAVAILABLE, None, Code::INTERNAL_ERROR, message)
                }
                KeysUnavailable::Unauthorized => unauthorized(&self.invalid_token),
            },
            Refusal::Audience | Refusal::Client | Refusal::Claim(_) => match self.switches.claim_mismatch {
                ClaimMismatch::Unauthorized => unauthorized(&self.invalid_token),
                ClaimMismatch::Forbidden => self.forbidden(),
            },
            Refusal::Scope => self.forbidden(),
            Refusal::SeveralCredentials | Refusal::Token(_) => unauthorized(&self.invalid_token),
        }
    }

    fn forbidden(&self) -> Answer {
        Answer::error(StatusCode::FORBIDDEN, None, Code::INVALID_TOKEN, "Insufficient scope")
            .challenging(self.insufficient_scope.clone())
    }
}

fn unauthorized(challenge: &HeaderValue) -> Answer {
    Answer::error(StatusCode::UNAUTHORIZED, None, Code::INVALID_TOKEN, "Invalid Bearer token")
        .challenging(challenge.clone())
}
