use rstest::rstest;

use crate::{AccessToken, Rejection};

#[rstest]
#[case::canonical("Bearer abc.def.ghi", "abc.def.ghi")]
#[case::lower_case("bearer abc", "abc")]
#[case::upper_case("BEARER abc", "abc")]
#[case::whole_alphabet("Bearer aZ09-._~+/==", "aZ09-._~+/==")]
fn one_token_after_the_scheme(#[case] value: &str, #[case] token: &str) {
    assert_eq!(AccessToken::from_authorization(value).unwrap().expose(), token);
}

#[test]
fn at_most_16_kib() {
    let of = |length: usize| AccessToken::from_authorization(&format!("Bearer {}", "a".repeat(length)));
    assert!(of(16 * 1024).is_ok());
    assert_eq!(of(16 * 1024 + 1).unwrap_err(), Rejection::TokenTooLong);
}
