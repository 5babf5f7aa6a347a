//! The other question that the function answers: may this request enter an API of API Gateway?
//!
//! The same tokens, keys and revocations as at the Gateway, other rules: [`Entrance::Api`]. The answer says who calls, so
//! that what stands behind the API need not read the token.
//!
//! 1. Without `API_AUDIENCE` no such event is answered: the deployment has no API.
//! 2. The token is the one `Authorization` header. `identitySource`, the query and cookies are not read.
//! 3. A policy allows the one method and path that were asked for, and nothing that IAM could read as a pattern. So a
//!    policy that API Gateway keeps opens no other method.
//! 4. Who is not known gets 401, who may not 403, and what cannot be decided now 500; at an HTTP API, for which no
//!    way to a 401 is documented, the first is 403 too.
//! 5. No answer holds a token, and one that allows holds at most 4 KB about the person. Groups that do not fit are never
//!    cut off.
//!
//! Source: API Gateway developer guide, "Use API Gateway Lambda authorizers" and "Control access to HTTP APIs with AWS
//! Lambda authorizers".

mod answer;
mod event;
mod method_arn;

use access_token::Claims;
use agentcore::runtime::{Context, ErrorReply};
use telemetry::Outcome;

use self::answer::Permit;
use self::event::Event;
use crate::Authorizer;
use crate::access::Entrance;
use crate::authorizer::bad_event;
use crate::denial::Denial;
use crate::kind::Format;
use crate::record::Record;

impl Authorizer {
    /// Answers one event of API Gateway.
    ///
    /// # Errors
    ///
    /// [`ErrorReply`] where that is how API Gateway is told, and if there is no API.
    pub(crate) async fn api(&self, format: Format, event: &[u8], context: &Context) -> Result<Vec<u8>, ErrorReply> {
        let Some(access) = &self.configuration.api else {
            return Err(ErrorReply::new(
                "Authorizer.NoApi",
                "API_AUDIENCE is not set: no API is let in by this function",
            ));
        };
        let event = Event::parse(format, event).map_err(|error| bad_event(&error))?;
        let mut record = Record::new(self.configuration.audit_detail, context.trace_id.as_deref());
        record.api = Some(event.arn.stage());
        let permit = match self.admitted(Entrance::Api(access), &event.headers, context, &mut record).await {
            Ok(claims) => self.permit(&event, claims, context),
            Err(denial) => Err(denial),
        };
        match permit {
            Ok(permit) => {
                record.transaction = Some(context.request_id.clone());
                record.write(Outcome::Permitted, "permitted");
                Ok(permit.into_vec())
            }
            Err(denial) => {
                record.write(Outcome::Denied, denial.reason);
                answer::deny(event.api, &denial, record.claims.as_ref())
            }
        }
    }

    fn permit(&self, event: &Event, claims: &Claims, context: &Context) -> Result<Permit, Denial> {
        let groups = self.configuration.forwarded_groups.of(claims.groups());
        Permit::new(event, claims, &groups, &context.request_id)
    }
}
