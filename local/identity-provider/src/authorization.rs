//! What a person goes through: who they are, whether they agree, and back to the client.
//!
//! Each step is an address that can be loaded again, reached by 303. Nothing is remembered of the steps themselves.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use oauth_server::{CompleteError, Decision, HostData, Outcome, Pending, Refusal, SignIn};

use crate::browser::Browser;
use crate::form::{Form, field};
use crate::interaction::{self, Interaction};
use crate::page::{self, consent, form_token, sign_in};
use crate::router::{CONSENT, SIGN_IN, Served};

/// Why a step does not happen.
enum Refused {
    /// The form has no decision or account that is one.
    Damaged,
    /// The person said no, and the client gets no answer.
    Denied,
    /// The form did not come from the page.
    Forged,
    /// The request was completed, or has expired.
    Gone,
    /// Another browser brought the request; or the program was started anew.
    OtherBrowser,
    /// The subject of the account is that of the client.
    Subject,
    /// Try again later.
    Unavailable,
}

/// The authorization request of a client.
pub(crate) async fn authorize(State(served): State<Served>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match served.provider.server.authorize(&parts).await {
        Outcome::Interact(pending) => {
            begin(&served, &parts.headers, &pending).unwrap_or_else(|refused| refused.page(&served))
        }
        Outcome::Redirect(location) => location.into_response().into_response(),
        Outcome::Refuse(refusal) => {
            let mut response = page::refusal(&served, refusal.status(), &refusal.to_string());
            if refusal == Refusal::Method {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
            }
            response
        }
    }
}

fn begin(served: &Served, headers: &HeaderMap, pending: &Pending) -> Result<Response, Refused> {
    let provider = &served.provider;
    let browser = Browser::of(headers, provider).or_else(Browser::new).ok_or(Refused::Unavailable)?;
    let cookie = browser.cookie(provider).ok_or(Refused::Unavailable)?;
    let interaction = Interaction { handle: pending.handle().clone(), browser };
    let mut response = see(CONSENT, &interaction, served)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    if pending.sign_in() == SignIn::Anew {
        response.headers_mut().append(SET_COOKIE, Browser::sign_out(provider).ok_or(Refused::Unavailable)?);
    }
    Ok(response)
}

/// The page that asks who it is.
pub(crate) async fn show_sign_in(
    State(served): State<Served>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let step = async {
        let interaction = by_address(&served, &uri, &headers)?;
        let pending = pending(&served, &interaction).await?;
        Ok(sign_in::page(&served, &interaction, &pending))
    };
    step.await.map_err(|refused: Refused| refused.page(&served))
}

/// An account was chosen.
pub(crate) async fn submit_sign_in(
    State(served): State<Served>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let provider = &served.provider;
    let form = Form::read(&served, &headers, body).await?;
    let step = async {
        let interaction = by_form(&served, &form, &headers)?;
        if !form.field(form_token::FIELD).is_some_and(|token| interaction.is_sign_in(&token, provider)) {
            return Err(Refused::Forged);
        }
        let account = form.field("account").and_then(|id| provider.config.accounts.find(&id));
        let account = account.ok_or(Refused::Damaged)?;
        pending(&served, &interaction).await?;
        let cookie = interaction.browser.sign_in(provider, account).ok_or(Refused::Unavailable)?;
        let mut response = see(CONSENT, &interaction, &served)?;
        response.headers_mut().append(SET_COOKIE, cookie);
        Ok(response)
    };
    step.await.map_err(|refused: Refused| refused.page(&served))
}

/// The page that asks for consent; first who it is, if nobody is signed in.
pub(crate) async fn show_consent(
    State(served): State<Served>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let step = async {
        let interaction = by_address(&served, &uri, &headers)?;
        let pending = pending(&served, &interaction).await?;
        match interaction.browser.signed_in(&headers, &served.provider) {
            Some(signed_in) => {
                consent::page(&served, &interaction, &pending, signed_in.account).ok_or(Refused::Unavailable)
            }
            None => see(SIGN_IN, &interaction, &served),
        }
    };
    step.await.map_err(|refused: Refused| refused.page(&served))
}

/// A decision.
pub(crate) async fn submit_consent(
    State(served): State<Served>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let provider = &served.provider;
    let form = Form::read(&served, &headers, body).await?;
    let step = async {
        let interaction = by_form(&served, &form, &headers)?;
        let signed_in = interaction.browser.signed_in(&headers, provider).ok_or(Refused::Forged)?;
        let token = form.field(form_token::FIELD);
        if !token.is_some_and(|token| interaction.is_consent(&token, signed_in.account, provider)) {
            return Err(Refused::Forged);
        }
        let decision = match form.field("decision").as_deref() {
            Some("allow") => Decision::Approve { person: signed_in.person(), host_data: HostData::default() },
            Some("another-account") => return see(SIGN_IN, &interaction, &served),
            Some("deny") => Decision::Deny,
            _ => return Err(Refused::Damaged),
        };
        let completed = provider.server.complete(&interaction.handle, decision).await;
        let location = completed.map_err(|error| match error {
            CompleteError::Denied => Refused::Denied,
            CompleteError::Gone => Refused::Gone,
            CompleteError::Subject => Refused::Subject,
            _ => Refused::Unavailable,
        })?;
        Ok(location.into_response().into_response())
    };
    step.await.map_err(|refused: Refused| refused.page(&served))
}

fn by_address(served: &Served, uri: &Uri, headers: &HeaderMap) -> Result<Interaction, Refused> {
    let text = field(uri.query().unwrap_or_default().as_bytes(), interaction::FIELD).unwrap_or_default();
    Interaction::of(&text, headers, &served.provider).ok_or(Refused::OtherBrowser)
}

fn by_form(served: &Served, form: &Form, headers: &HeaderMap) -> Result<Interaction, Refused> {
    let text = form.field(interaction::FIELD).unwrap_or_default();
    Interaction::of(&text, headers, &served.provider).ok_or(Refused::OtherBrowser)
}

async fn pending(served: &Served, interaction: &Interaction) -> Result<Pending, Refused> {
    let found = served.provider.server.pending(&interaction.handle).await;
    found.map_err(|_| Refused::Unavailable)?.ok_or(Refused::Gone)
}

fn see(path: &str, interaction: &Interaction, served: &Served) -> Result<Response, Refused> {
    let address = format!("{path}?{}={}", interaction::FIELD, interaction.text(&served.provider));
    let location = HeaderValue::from_str(&address).map_err(|_| Refused::Unavailable)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

impl Refused {
    fn page(self, served: &Served) -> Response {
        const AGAIN: &str = "Go back to the program that sent you here and start again.";
        let (status, reason) = match self {
            Self::Damaged => (StatusCode::BAD_REQUEST, "The form was incomplete."),
            Self::Denied => {
                let text = "The program that sent you here gets nothing, and is not told. You can close this page.";
                return page::message(served, StatusCode::OK, "Nothing was granted", text);
            }
            Self::Forged => (StatusCode::FORBIDDEN, "The form was not sent by the page that you see now."),
            Self::Gone => (StatusCode::GONE, "This sign-in has been completed or has expired."),
            Self::OtherBrowser => (StatusCode::FORBIDDEN, "This sign-in was not started in this browser."),
            Self::Subject => (StatusCode::FORBIDDEN, "This account cannot be used with this program."),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "The sign-in cannot go on at the moment."),
        };
        page::refusal(served, status, &format!("{reason} {AGAIN}"))
    }
}
