//! The function: one event in, one answer out.

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use access_token::{Claims, ConfigurationError, Verifier};
use agentcore::header::Headers;
use agentcore::interceptor::Input;
use agentcore::runtime::{Context, ErrorReply, Invocation};
use aws_clients::SecretsManager;
use control::{Control, ControlError};
use environment::VariableError;
use refreshed::{Refreshed, Schedule};
use secrecy::{ExposeSecret as _, SecretString};
use transaction_token::Issuer;

use crate::access::Entrance;
use crate::configuration::Configuration;
use crate::denial::{Denial, not_ready};
use crate::identity::{admit, identify};
use crate::kind::Kind;
use crate::record::Record;

/// Fetches at start and while a call waits take this long at most.
const BUDGET: Duration = Duration::from_secs(2);

/// The previous key stays valid for a whole rotation period, so an hour's delay is no harm.
const SIGNING: Schedule = Schedule {
    budget: BUDGET,
    period: Duration::from_secs(60 * 60),
    maximum_age: Duration::from_secs(24 * 60 * 60),
    cool_down: Duration::from_secs(5),
};

/// One failed refresh is forgiven, a second one denies everybody.
const CONTROL: Schedule = Schedule {
    budget: BUDGET,
    period: control::PERIOD,
    maximum_age: control::MAXIMUM_AGE,
    cool_down: Duration::from_secs(5),
};

/// Why the authorizer cannot start. Only configuration is a reason; the network never is.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The trusted issuer cannot be used.
    #[error("DISCOVERY_URL: {0}")]
    Issuer(#[from] ConfigurationError),
    /// A variable is not as it must be.
    #[error(transparent)]
    Variable(#[from] VariableError),
}

/// The authorizer.
#[derive(Debug)]
pub struct Authorizer {
    pub(crate) configuration: Configuration,
    pub(crate) issuer: Refreshed<Issuer>,
    verifier: Verifier,
    /// A record that cannot be relied on takes the place of the one before: it may be newer and withdraw more.
    control: Refreshed<Result<Control, ControlError>>,
}

impl Authorizer {
    /// An authorizer that has fetched nothing yet.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] if the trusted issuer cannot be used.
    pub fn new(configuration: Configuration, secrets: &SecretsManager) -> Result<Self, ConfigurationError> {
        let verifier = Verifier::new(vec![configuration.issuer.clone()])?;
        let trust_domain = configuration.trust_domain.clone();
        let issuer = from_secret("signing key", SIGNING, secrets, &configuration.signing_secret, move |text| {
            Issuer::new(text, &trust_domain, "authorizer")
        });
        let control = from_secret("control record", CONTROL, secrets, &configuration.control_secret, |text| {
            let control = Control::parse(text.expose_secret());
            Ok::<_, Infallible>(control.inspect_err(|error| tracing::error!(%error, "everybody is denied")))
        });
        Ok(Self { configuration, issuer, verifier, control })
    }

    /// Fetches everything at once, for two seconds at most. What is not there then is fetched by the call that needs it.
    pub async fn prefetch(&self) {
        tokio::join!(self.verifier.prefetch(BUDGET), self.issuer.current(), self.control.current());
    }

    /// Answers one event of the Gateway, or of API Gateway.
    ///
    /// # Errors
    ///
    /// [`ErrorReply`] if it is neither. Either service then fails the request. API Gateway is told some of its answers in
    /// this way, too.
    pub async fn answer(&self, invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
        let Invocation { event, context } = invocation;
        match Kind::of(&event).ok_or_else(|| bad_event(&"it has not the members of exactly one kind"))? {
            Kind::Interceptor => {}
            Kind::Api(format) => return self.api(format, &event, &context).await,
        }
        Ok(match Input::parse(&event).map_err(|error| bad_event(&error))? {
            Input::Request(request) => self.request(request, &context).await.into_vec(),
            Input::Response { request, response } => self.response(request, response, &context).await.into_vec(),
        })
    }

    /// The person whom the headers prove, if nothing keeps them out. Once they are known, the record names them.
    pub(crate) async fn admitted<'r>(
        &self,
        entrance: Entrance<'_>,
        headers: &Headers,
        context: &Context,
        record: &'r mut Record<'_>,
    ) -> Result<&'r Claims, Denial> {
        let control = self.control.current().await.ok_or_else(|| not_ready("control_unavailable"))?;
        let control = control.as_ref().as_ref().map_err(|_| not_ready("control_not_understood"))?;
        let mcp_url = self.configuration.public_url.as_deref().unwrap_or_else(|| control.mcp_url());
        let budget = BUDGET.min(context.remaining());
        let claims = identify(headers, &self.verifier, &entrance.audience(mcp_url), budget).await?;
        let claims = record.claims.insert(claims);
        admit(claims, entrance.access(), &control.revocations)?;
        Ok(claims)
    }
}

/// The reply to what cannot be judged at all. Only the log says what is wrong with it.
pub(crate) fn bad_event(problem: &dyn Display) -> ErrorReply {
    tracing::error!(%problem, "not an event that this function answers");
    ErrorReply::new("Authorizer.BadEvent", "not an interceptor event of version 1.0, nor one of an API's authorizer")
}

/// A value that is made from a secret, and made anew when its time has come.
fn from_secret<T: Send + Sync + 'static, E: Display + 'static>(
    name: &'static str,
    schedule: Schedule,
    secrets: &SecretsManager,
    arn: &str,
    parse: impl Fn(&SecretString) -> Result<T, E> + Send + Sync + 'static,
) -> Refreshed<T> {
    let (secrets, arn, parse) = (secrets.clone(), arn.to_owned(), Arc::new(parse));
    Refreshed::new(name, schedule, move || {
        let (secrets, arn, parse) = (secrets.clone(), arn.clone(), Arc::clone(&parse));
        async move {
            let text = secrets.text(&arn).await.map_err(|error| error.to_string())?;
            parse(&text).map_err(|error| error.to_string())
        }
    })
}
