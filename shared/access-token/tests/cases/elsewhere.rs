//! What a case says of the Gateway, of the authorizer, or of time, is shown where that behaviour lives.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use crate::case::Rule;

pub(crate) struct Elsewhere {
    pub(crate) rule: Rule,
    pub(crate) what: &'static str,
    pub(crate) verdict: &'static str,
    /// From the root of the workspace.
    pub(crate) file: &'static str,
    /// The function's name.
    pub(crate) test: &'static str,
}

const AUTHORIZER: &str = "functions/authorizer/tests/function/calls.rs";
const FAULTS: &str = "shared/access-token/src/tests/faults.rs";
const GATEWAY: &str = "local/gateway/src/tests/token_rules.rs";
const KEY_STORE: &str = "shared/access-token/src/tests/key_store.rs";

const fn elsewhere(
    rule: Rule,
    what: &'static str,
    verdict: &'static str,
    file: &'static str,
    test: &'static str,
) -> Elsewhere {
    Elsewhere { rule, what, verdict, file, test }
}

#[rustfmt::skip] // A row is a line.
pub(crate) const ELSEWHERE: &[Elsewhere] = &[
    elsewhere(Rule(1, "no-credential"), "no `Authorization`, to the gateway", "401, challenge with `resource_metadata`", GATEWAY, "without_a_token_the_challenge_is_the_same"),
    elsewhere(Rule(1, "no-credential"), "the same, with the challenge of RFC 6750", "401, challenge without `error`", GATEWAY, "the_challenge_without_a_token_may_lack_the_error"),
    elsewhere(Rule(1, "no-credential"), "the same, to the authorizer", "denied, no request", AUTHORIZER, "without_a_token_it_is_a_denial"),
    elsewhere(Rule(2, "wrong-scheme"), "to the gateway", "401", GATEWAY, "credentials_are_one_bearer_token"),
    elsewhere(Rule(3, "not-one-token"), "two `Authorization` headers, to the gateway", "401", GATEWAY, "two_authorization_headers_are_refused_be_both_good"),
    elsewhere(Rule(3, "not-one-token"), "the same, to the authorizer", "denied: `ambiguous_credentials`", AUTHORIZER, "two_authorization_headers_are_a_denial_even_if_both_hold"),
    elsewhere(Rule(4, "token-in-query"), "`?access_token=`, to the gateway", "401", GATEWAY, "a_token_in_the_query_is_no_token"),
    elsewhere(Rule(4, "token-in-query"), "the same, and in a cookie, to an API", "401, 403", "functions/authorizer/tests/function/api_gateway.rs", "a_token_elsewhere_than_in_the_header_is_none"),
    elsewhere(Rule(14, "unknown-kid-flood"), "the same from 50 callers, in four cool-downs", "one fetch in a cool-down", KEY_STORE, "a_flood_of_unknown_keys_is_one_fetch"),
    elsewhere(Rule(16, "rotated-out-key"), "a key that is no longer published, without calls", "`unknown_key` after an hour", KEY_STORE, "a_key_that_was_withdrawn_counts_for_an_hour_at_most"),
    elsewhere(Rule(16, "rotated-out-key"), "the same, with calls", "`unknown_key` after five minutes", KEY_STORE, "a_withdrawn_key_is_gone_soon_where_there_are_calls"),
    elsewhere(Rule(17, "rotated-in-key"), "a key that is published now", "accepted, after one fetch", KEY_STORE, "a_key_that_was_rotated_in_is_found_by_one_fetch"),
    elsewhere(Rule(18, "keys-unavailable"), "a known key, the provider is down", "accepted", KEY_STORE, "a_known_key_outlives_a_provider_that_is_down"),
    elsewhere(Rule(18, "keys-unavailable"), "a status, a page, too much", "`keys_unavailable`", FAULTS, "an_answer_that_cannot_be_read"),
    elsewhere(Rule(18, "keys-unavailable"), "cut off, or without end", "`keys_unavailable`", FAULTS, "an_answer_that_is_cut_off_or_never_ends"),
    elsewhere(Rule(18, "keys-unavailable"), "slow", "`keys_unavailable` after 2 s", FAULTS, "an_answer_that_does_not_come_within_two_seconds"),
    elsewhere(Rule(18, "keys-unavailable"), "a redirect", "`keys_unavailable`, target not asked", FAULTS, "a_redirect_is_not_followed"),
    elsewhere(Rule(28, "exp-within-skew"), "to the second", "accepted for 60 s", "shared/access-token/src/tests/times.rs", "a_token_counts_from_nbf_to_exp_and_a_minute_around"),
    elsewhere(Rule(29, "not-yet"), "to the second", "refused beyond 60 s", "shared/access-token/src/tests/times.rs", "outside_it_costs_no_fetch"),
    elsewhere(Rule(32, "aud-of-another"), "every profile, every client", "as the audience rule says", "shared/access-token/src/tests/audience.rs", "if_there_is_an_audience_it_holds_ours_whatever_else_matches"),
    elsewhere(Rule(35, "client-not-allowed"), "to the gateway", "401", GATEWAY, "the_client_is_looked_for_in_client_id_alone"),
    elsewhere(Rule(35, "client-not-allowed"), "to the authorizer", "denied: `client_not_allowed`", AUTHORIZER, "a_client_that_is_not_on_the_list_is_a_denial"),
    elsewhere(Rule(40, "entra-version"), "a discovery URL of version 1", "no start", "shared/access-token/src/tests/profile/entra.rs", "only_one_tenant_with_version_2_is_an_issuer"),
    elsewhere(Rule(45, "okta-organisation"), "a discovery URL of the organisation", "no start", "shared/access-token/src/tests/profile/okta.rs", "only_a_custom_server_is_an_issuer"),
    elsewhere(Rule(47, "scope-to-the-byte"), "`scope`, `scp`, `roles`, longer, shorter, another case", "403 with `scope=` unless equal", GATEWAY, "one_allowed_scope_is_enough"),
    elsewhere(Rule(47, "scope-to-the-byte"), "to the authorizer", "denied: `insufficient_scope`", AUTHORIZER, "a_token_that_does_not_hold_is_a_denial"),
    elsewhere(Rule(50, "revoked-user"), "an unexpired token of a stopped person", "denied within 30 s: `subject_revoked`", "functions/authorizer/tests/function/revocations.rs", "what_was_withdrawn_is_denied_and_says_what_to_do"),
    elsewhere(Rule(52, "cross-origin"), "a good token, another site's `Origin`", "403", "local/gateway/src/tests/routes.rs", "an_origin_is_of_this_machine"),
    elsewhere(Rule(53, "mcp-name"), "`Mcp-Name` of another tool, to the gateway", "the body's tool is called", "local/gateway/src/tests/headers.rs", "a_tool_is_named_by_the_body_alone"),
    elsewhere(Rule(53, "mcp-name"), "the same, to the authorizer", "the body's tool is judged", AUTHORIZER, "a_tool_that_a_header_names_is_not_the_one_that_is_judged"),
    elsewhere(Rule(53, "mcp-name"), "the protocol version that has `Mcp-Name`", "400", "local/gateway/src/tests/protocol.rs", "a_protocol_version_is_a_supported_one"),
    elsewhere(Rule(54, "authorization-forwarded"), "a good token, to a target", "it does not arrive", "local/gateway/src/tests/headers.rs", "the_clients_authorization_does_not_arrive"),
    elsewhere(Rule(54, "authorization-forwarded"), "the same, through the authorizer", "only `Txn-Token` is returned", AUTHORIZER, "an_allowed_call_passes_with_the_countersigned_identity_and_no_other_header"),
];

pub(crate) fn trials() -> Vec<Trial> {
    ELSEWHERE
        .iter()
        .map(|row| Trial::test(format!("elsewhere::{:02}::{}", row.rule.0, row.test), || exists(row)))
        .collect()
}

fn exists(row: &Elsewhere) -> Result<(), libtest_mimic::Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join(row.file)).map_err(|error| format!("{}: {error}", row.file))?;
    let definition = format!("fn {}(", row.test);
    let before = text.split_once(&definition).ok_or_else(|| format!("{} has no test {}", row.file, row.test))?.0;
    // Of the lines right before it one makes it a test.
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    let is_test = ["#[test]", "#[tokio::test", "#[rstest]"].iter().any(|mark| attributes.contains(mark));
    if is_test { Ok(()) } else { Err(format!("{} is no test", row.test).into()) }
}
