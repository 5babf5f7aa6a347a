//! When a token counts. To the second: `src/tests/times.rs`, where time stands still.

use access_token::Rejection::{Expired, IssuedInTheFuture, LifetimeTooLong, MalformedClaim, MissingClaim, NotYetValid};
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::world::now;

const EXPIRED: Rule = Rule(27, "exp");
const WITHIN_LEEWAY: Rule = Rule(28, "exp-within-skew");
const NOT_YET: Rule = Rule(29, "not-yet");

pub(crate) fn cases() -> Vec<Case> {
    let now = now();
    let refused = [
        (EXPIRED, "an hour ago", json!({"iat": now - 7200, "exp": now - 3600}), Expired),
        (EXPIRED, "a minute ago", json!({"exp": now - 60}), Expired),
        (EXPIRED, "a day ago", json!({"iat": now - 90_000, "exp": now - 86_400}), Expired),
        (EXPIRED, "zero", json!({"exp": 0}), Expired),
        (EXPIRED, "absent", json!({"exp": null}), MissingClaim("exp")),
        (EXPIRED, "text", json!({"exp": (now + 3600).to_string()}), MalformedClaim("exp")),
        (EXPIRED, "negative", json!({"exp": -1}), MalformedClaim("exp")),
        (EXPIRED, "fraction", json!({"exp": 9_999_999_999.5}), MalformedClaim("exp")),
        (EXPIRED, "list", json!({"exp": [now + 3600]}), MalformedClaim("exp")),
        (EXPIRED, "beyond 64 bits", json!({"exp": 1e30}), MalformedClaim("exp")),
        (EXPIRED, "in 2 days", json!({"exp": now + 2 * 86_400}), LifetimeTooLong),
        (EXPIRED, "never", json!({"exp": u64::MAX}), LifetimeTooLong),
        (NOT_YET, "`nbf` in an hour", json!({"nbf": now + 3600}), NotYetValid),
        (NOT_YET, "`nbf` never", json!({"nbf": u64::MAX}), NotYetValid),
        (NOT_YET, "`nbf` text", json!({"nbf": (now - 10).to_string()}), MalformedClaim("nbf")),
        (NOT_YET, "`nbf` boolean", json!({"nbf": false}), MalformedClaim("nbf")),
        (NOT_YET, "`iat` in half an hour", json!({"iat": now + 1800}), IssuedInTheFuture),
        (NOT_YET, "`iat` in milliseconds", json!({"iat": now * 1000, "exp": (now + 3600) * 1000}), IssuedInTheFuture),
        (NOT_YET, "`iat` absent", json!({"iat": null}), MissingClaim("iat")),
        (NOT_YET, "`iat` text", json!({"iat": (now - 10).to_string()}), MalformedClaim("iat")),
    ];
    let accepted: [(&str, Value); 4] = [
        ("half a minute ago", json!({"exp": now - 30})),
        ("`nbf` in half a minute", json!({"nbf": now + 30})),
        ("`iat` in half a minute", json!({"iat": now + 30})),
        ("in 25 hours", json!({"iat": now, "exp": now + 25 * 3600})),
    ];
    let refused = refused.map(|(rule, what, claims, rejection)| rule.case(what).claims(claims).refused(rejection, 0));
    let accepted = accepted.map(|(what, claims)| WITHIN_LEEWAY.case(what).claims(claims));
    refused.into_iter().chain(accepted).collect()
}
