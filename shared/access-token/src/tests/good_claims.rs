//! What a good access token of each provider says of a person.

use serde_json::{Value, json};

use super::{AUDIENCE, Profile};

pub(super) const TENANT: &str = "3f2c9a10-6b54-4e0e-9d57-0c8a1f6e2b43";
pub(super) const GROUP: &str = "6f1c0a4e-2b7d-4a39-8c55-91d0e3f7a264";

/// Where the provider's issuer has its path.
pub(super) fn issuer_path(profile: Profile) -> String {
    match profile {
        Profile::Entra => format!("/{TENANT}/v2.0"),
        Profile::Keycloak => "/realms/staff".to_owned(),
        Profile::Okta => "/oauth2/default".to_owned(),
        _ => String::new(),
    }
}

/// The claims, but for the issuer and the times.
pub(super) fn good_claims(profile: Profile) -> Value {
    match profile {
        Profile::Auth0 => json!({
            "sub": "auth0|65f0c1d2e3a4b5c6d7e8f901", "aud": [AUDIENCE, "https://acme.eu.auth0.com/userinfo"],
            "azp": "assistant", "scope": "openid profile tools:read", "permissions": ["tools:read", "tools:write"],
        }),
        Profile::Cognito => json!({
            "sub": "d3c4f8a2-0051-70e1-5f0e-6c1b9b7a2e11", "aud": AUDIENCE, "client_id": "assistant", "token_use": "access",
            "scope": "openid countersign/tools", "username": "d3c4f8a2-0051-70e1-5f0e-6c1b9b7a2e11", "version": 2,
            "cognito:groups": ["engineering"], "origin_jti": "session-1", "event_id": "0e6b", "jti": "token-1",
        }),
        Profile::Entra => json!({
            "ver": "2.0", "tid": TENANT, "sub": "b1Rz0VdQ7pWc2n8LkYx5sJt3uHe9oGfA4mXiNqZrCvE",
            "oid": "0b7e55d2-91c4-4f6a-a3e8-5d2c7b9f1064", "aud": AUDIENCE, "azp": "assistant", "azpacr": "0",
            "scp": "tools", "groups": [GROUP], "roles": ["Approver"], "name": "Alice Ames", "sid": "session-1",
            "uti": "token-1", "rh": "1.AXkA", "nbf": 1_700_000_000,
        }),
        Profile::Keycloak => json!({
            "typ": "Bearer", "sub": "7d2e4b90-3c61-4f0a-8a5b-1e9c6d7f2304", "aud": [AUDIENCE, "account"],
            "azp": "assistant", "scope": "openid tools", "preferred_username": "alice", "groups": ["/staff/engineering"],
            "realm_access": {"roles": ["approver", "offline_access"]}, "sid": "session-1",
            "resource_access": {"account": {"roles": ["manage"]}}, "acr": "1", "allowed-origins": ["/*"],
            "jti": "onrtac:token-1",
        }),
        Profile::Okta => json!({
            "ver": 1, "sub": "alice@acme.example", "uid": "00u8example6DqZKz5d7", "aud": AUDIENCE, "cid": "assistant",
            "scp": ["openid", "countersign:tools"], "groups": ["team-engineering"], "jti": "AT.token-1",
            "auth_time": 1_799_999_000,
        }),
        // As `oauth-server` writes them; a test of that crate holds a token that it made against this profile.
        Profile::SignIn => json!({
            "sub": "Zk3vX0b6Qm", "aud": AUDIENCE, "client_id": "assistant", "scope": "countersign/tools",
            "token_use": "access", "auth_time": 1_799_999_000, "jti": "token-1", "sid": "session-1",
            "groups": ["staff", "role:approver"],
        }),
        _ => json!({
            "sub": "user-1", "aud": AUDIENCE, "client_id": "assistant", "scope": "tools:read tools:write",
            "sid": "session-1", "groups": ["staff", "admins"], "jti": "token-1",
        }),
    }
}

/// Puts these members in; `null` takes one away.
pub(super) fn merge(object: &mut Value, changes: Value) {
    let (Value::Object(object), Value::Object(changes)) = (object, changes) else {
        panic!("both are objects");
    };
    for (name, value) in changes {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
}
