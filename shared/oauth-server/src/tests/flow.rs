//! What is issued here passes the verifier that the gateway's functions use, by way of the published documents.

use std::time::Duration;

use access_token::{AccessToken, AudienceRule, DiscoveryUrl, Profile, TrustedIssuer, Verifier};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::net::TcpListener;

use super::people::Host;
use super::{KEYS, RESOURCE, Setup, answered, approval, configuration, person, redemption, request, text};
use crate::{AuthorizationServer, BODY_LIMIT, Configuration, Issuer, MemoryStore, Outcome};

type Server = AuthorizationServer<MemoryStore, Host>;

/// All that a host must do for programs.
async fn serve(State(server): State<Server>, request: Request) -> Response<String> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_LIMIT).await.unwrap();
    let endpoint = server.endpoint(parts.uri.path()).unwrap();
    server.answer(endpoint, &parts, &body).await
}

#[tokio::test]
async fn a_token_verifies_by_what_metadata_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let configuration = Configuration { issuer: Issuer::parse(&issuer).unwrap(), ..configuration() };
    // The wall clock: the verifier has no other.
    let server = Server::new(configuration, KEYS.clone(), MemoryStore::new(), Host::default()).unwrap();
    let router = Router::new().fallback(serve).with_state(server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let uri = format!("/authorize?{}", request().encoded());
    let Outcome::Interact(pending) = server.authorize(&super::head("GET", &uri, &[])).await else { panic!("refused") };
    let location = server.complete(pending.handle(), approval()).await.unwrap();
    let answer = answered(&location);
    assert_eq!(answer["iss"], issuer);
    let setup = Setup { server, ..Setup::new() };
    let tokens = setup.token(&redemption(&answer["code"])).await.good();

    let discovery_url = DiscoveryUrl::parse(&format!("{issuer}/.well-known/openid-configuration")).unwrap();
    let verifier = Verifier::new(vec![TrustedIssuer::new(discovery_url, Profile::SignIn).unwrap()]).unwrap();
    let token = AccessToken::from_authorization(&format!("Bearer {}", text(&tokens, "access_token"))).unwrap();
    let rule = AudienceRule::accept([RESOURCE]);
    let claims = verifier.verify(&token, &rule, Duration::from_secs(60)).await.unwrap();
    assert_eq!(claims.subject(), person().subject);
    assert_eq!(claims.client_id(), Some("assistant"));
    assert_eq!(claims.groups(), person().groups);
}
