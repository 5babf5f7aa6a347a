//! A code that reached somebody else, or a request that somebody else wrote.
//!
//! A code is for one client with one verifier. What a request lacks in form costs the code nothing, so that the client
//! can mend its request; what is wrong in substance uses the code up, since whoever sent it is not the client.

use rstest::rstest;

use crate::browser::Browser;
use crate::countersign::Countersign;
use crate::form::Form;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::oauth_client::{OAuthClient, REDIRECT, Tokens, assert_refused, parameters};

/// What becomes of a good request; the second client is the thief's.
type Change = fn(Form, &OAuthClient) -> Form;

/// What a code is worth to its own client after an attempt.
#[derive(Clone, Copy)]
enum Then {
    Good,
    UsedUp,
}

#[rstest]
#[case::no_verifier(|form: Form, _: &_| form.without("code_verifier"), 400, "invalid_request", Then::Good)]
#[case::empty_verifier(|form: Form, _: &_| form.with("code_verifier", ""), 400, "invalid_request", Then::Good)]
#[case::short_verifier(
    |form: Form, _: &_| form.with("code_verifier", &"x".repeat(42)), 400, "invalid_request", Then::Good
)]
#[case::two_verifiers(
    |form: Form, _: &_| form.and("code_verifier", &"x".repeat(43)), 400, "invalid_request", Then::Good
)]
#[case::wrong_verifier(
    |form: Form, _: &_| form.with("code_verifier", &"x".repeat(64)), 400, "invalid_grant", Then::UsedUp
)]
#[case::verifier_of_the_thief(
    |form: Form, thief: &OAuthClient| form.with("code_verifier", &thief.verifier), 400, "invalid_grant", Then::UsedUp
)]
#[case::other_path(
    |form: Form, _: &_| form.with("redirect_uri", "http://127.0.0.1:33418/stolen"), 400, "invalid_grant", Then::UsedUp
)]
#[case::other_port(
    |form: Form, _: &_| form.with("redirect_uri", "http://127.0.0.1:33419/callback"), 400, "invalid_grant", Then::UsedUp
)]
#[case::other_resource(
    |form: Form, _: &_| form.with("resource", "https://other.example/mcp"), 400, "invalid_target", Then::Good
)]
#[case::one_resource_more(
    |form: Form, _: &_| form.and("resource", "https://other.example/mcp"), 400, "invalid_target", Then::Good
)]
#[case::another_client(
    |form: Form, thief: &OAuthClient| form.with("client_id", &thief.id), 400, "invalid_grant", Then::UsedUp
)]
#[case::unknown_client(|form: Form, _: &_| form.with("client_id", "nobody"), 401, "invalid_client", Then::Good)]
#[case::altered_client(
    |form: Form, thief: &OAuthClient| form.with("client_id", &format!("{}A", thief.id)),
    401,
    "invalid_client",
    Then::Good
)]
#[case::no_client(|form: Form, _: &_| form.without("client_id"), 400, "invalid_request", Then::Good)]
#[case::a_secret(|form: Form, _: &_| form.with("client_secret", "x"), 401, "invalid_client", Then::Good)]
#[case::another_grant(
    |form: Form, _: &_| form.with("grant_type", "client_credentials"), 400, "unsupported_grant_type", Then::Good
)]
#[tokio::test]
async fn a_code_with_anything_else_brings_nothing(
    #[case] change: Change,
    #[case] status: u16,
    #[case] error: &str,
    #[case] then: Then,
) {
    let countersign = Countersign::shared();
    let (client, thief) = (countersign.assistant(), countersign.registered("Thief").await);
    let code = client.code_of("alice").await;
    assert_refused(&client.token(&change(client.redemption(&code), &thief)).await, status, error);

    let own = client.token(&client.redemption(&code)).await;
    match then {
        Then::Good => {
            assert_is(&client.call(&Tokens::of(&own)).await.said(), &account("alice"), &countersign.issuer);
        }
        Then::UsedUp => assert_refused(&own, 400, "invalid_grant"),
    }
}

/// The challenge stands in the browser's history. Under the method `plain` it would be the verifier.
#[tokio::test]
async fn the_challenge_is_no_verifier() {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let code = client.code_of("alice").await;
    let form = client.redemption(&code).with("code_verifier", client.request().value("code_challenge"));
    assert_refused(&client.token(&form).await, 400, "invalid_grant");
}

/// RFC 6749 §4.1.2. The access token cannot be called back: nobody is asked about it until it expires.
#[rstest]
#[case::from_its_client(|form: Form, _: &_| form)]
#[case::from_another_client(|form: Form, thief: &OAuthClient| {
    form.with("client_id", &thief.id).with("code_verifier", &thief.verifier)
})]
#[tokio::test]
async fn a_code_that_comes_again_ends_the_session_that_was_made_from_it(#[case] change: Change) {
    let countersign = Countersign::shared();
    let (client, thief) = (countersign.assistant(), countersign.registered("Thief").await);
    let code = client.code_of("alice").await;
    let tokens = client.redeem(&code).await;
    assert_refused(&client.token(&change(client.redemption(&code), &thief)).await, 400, "invalid_grant");

    assert_refused(&client.token(&client.refreshment(&tokens.refresh)).await, 400, "invalid_grant");
    assert_is(&client.call(&tokens).await.said(), &account("alice"), &countersign.issuer);
}

#[tokio::test]
async fn of_two_redemptions_at_once_one_gets_tokens_and_no_session_is_left() {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let form = client.redemption(&client.code_of("alice").await);
    let (one, other) = tokio::join!(client.token(&form), client.token(&form));
    let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(|answer| answer.status == 200);
    assert!(won.len() <= 1);
    lost.iter().for_each(|answer| assert_refused(answer, 400, "invalid_grant"));
    for answer in won {
        let form = client.refreshment(&Tokens::of(&answer).refresh);
        assert_refused(&client.token(&form).await, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_code_opens_nothing_at_the_gateway() {
    let countersign = Countersign::shared();
    let code = countersign.assistant().code_of("alice").await;
    let answer = countersign.who_am_i(&code).await;
    assert_eq!(answer.status, 401);
    assert_is_nobody(&answer.text);
}

#[rstest]
#[case::plain(|form: Form| form.with("code_challenge_method", "plain"), "invalid_request")]
#[case::plain_by_default(|form: Form| form.without("code_challenge_method"), "invalid_request")]
#[case::no_challenge(|form: Form| form.without("code_challenge"), "invalid_request")]
#[case::short_challenge(|form: Form| form.with("code_challenge", "abc"), "invalid_request")]
#[case::other_resource(|form: Form| form.with("resource", "https://other.example/mcp"), "invalid_target")]
#[case::one_resource_more(|form: Form| form.and("resource", "https://other.example/mcp"), "invalid_target")]
#[case::other_scope(|form: Form| form.with("scope", "admin"), "invalid_scope")]
#[case::implicit(|form: Form| form.with("response_type", "token"), "unsupported_response_type")]
#[case::answer_in_the_fragment(|form: Form| form.with("response_mode", "fragment"), "invalid_request")]
#[case::without_a_person(|form: Form| form.with("prompt", "none"), "interaction_required")]
#[case::parameters_from_elsewhere(
    |form: Form| form.with("request_uri", "https://other.example/request"), "request_uri_not_supported"
)]
#[tokio::test]
async fn a_request_that_asks_for_something_else_is_answered_with_an_error_and_asks_nobody(
    #[case] change: fn(Form) -> Form,
    #[case] error: &str,
) {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let page = Browser::at(&countersign.issuer).open(&client.link_of(&change(client.request()))).await;
    assert_eq!(page.answer.status, 303, "{}", page.answer.text);
    let location = page.location().unwrap();
    assert!(location.starts_with(&format!("{REDIRECT}?")), "{location}");
    let answer = parameters(&location);
    assert_eq!((answer.value("error"), answer.value("state")), (error, client.state.as_str()));
    assert_eq!(answer.value("iss"), countersign.issuer);
    assert!(!location.contains("code="), "{location}");
    assert_eq!(page.answer.header("Cache-Control"), "no-store");
}

#[rstest]
#[case::unknown_client(|form: Form| form.with("client_id", "nobody"))]
#[case::two_clients(|form: Form| form.and("client_id", "assistant"))]
#[case::no_client(|form: Form| form.without("client_id"))]
#[case::other_path(|form: Form| form.with("redirect_uri", "http://127.0.0.1:33418/stolen"))]
#[case::other_name_of_this_machine(|form: Form| form.with("redirect_uri", "http://[::1]:33418/callback"))]
#[case::other_host(|form: Form| form.with("redirect_uri", "http://stolen.example:33418/callback"))]
#[case::host_in_the_user(|form: Form| form.with("redirect_uri", "http://127.0.0.1:33418@stolen.example/callback"))]
#[case::other_scheme(|form: Form| form.with("redirect_uri", "https://127.0.0.1:33418/callback"))]
#[case::script(|form: Form| form.with("redirect_uri", "javascript:alert(1)"))]
#[case::two_redirects(|form: Form| form.and("redirect_uri", "http://stolen.example/callback"))]
#[case::no_redirect(|form: Form| form.without("redirect_uri"))]
#[case::fragment(|form: Form| form.with("redirect_uri", "http://127.0.0.1:33418/callback#stolen"))]
#[tokio::test]
async fn a_request_of_which_the_sender_is_in_doubt_is_shown_and_never_redirected(#[case] change: fn(Form) -> Form) {
    let countersign = Countersign::shared();
    let client = countersign.registered("Assistant").await;
    let page = Browser::at(&countersign.issuer).open(&client.link_of(&change(client.request()))).await;
    assert_eq!((page.answer.status, page.location()), (400, None), "{}", page.answer.text);
    assert!(page.answer.text.contains("This sign-in cannot go on"));
    assert!(!page.answer.text.contains("stolen") && !page.answer.text.contains("alert(1)"), "{}", page.answer.text);
    assert!(!page.answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_deny_brings_no_code() {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let mut browser = Browser::at(&countersign.issuer);
    let page = browser.consent(&client.link(), "alice").await;
    let answer = parameters(&browser.press(&page, "decision", "deny").await.location().unwrap());
    assert_eq!(answer.value("error"), "access_denied");
    assert!(answer.values().all(|value| !value.contains("alice")));
    let again = browser.press(&page, "decision", "allow").await;
    assert_eq!((again.answer.status, again.location()), (410, None));
}
