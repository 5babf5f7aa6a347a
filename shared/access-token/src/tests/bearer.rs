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

#[rstest]
#[case::empty("")]
#[case::space(" ")]
#[case::basic("Basic dXNlcjpwYXNz")]
#[case::dpop("DPoP abc")]
#[case::no_scheme("abc.def.ghi")]
#[case::prefix("Bearerabc")]
#[case::leading_space(" Bearer abc")]
#[case::tab("Bearer\tabc")]
#[case::another_scheme_first("Basic dXNlcg==, Bearer abc")]
fn the_scheme_is_bearer(#[case] value: &str) {
    assert_eq!(AccessToken::from_authorization(value).unwrap_err(), Rejection::NotABearerToken);
}

#[rstest]
#[case::scheme_alone("Bearer")]
#[case::empty("Bearer ")]
#[case::two_spaces("Bearer  abc")]
#[case::trailing_space("Bearer abc ")]
#[case::two_tokens("Bearer abc def")]
#[case::comma_joined("Bearer abc,def")]
#[case::two_headers_joined("Bearer abc, Bearer def")]
#[case::line_break("Bearer abc\r\ndef")]
#[case::nul("Bearer abc\0")]
#[case::padding_alone("Bearer ==")]
#[case::padding_inside("Bearer a=b")]
#[case::quoted("Bearer \"abc\"")]
#[case::not_ascii("Bearer äbc")]
fn exactly_one_token(#[case] value: &str) {
    assert_eq!(AccessToken::from_authorization(value).unwrap_err(), Rejection::MalformedCredentials);
}

#[test]
fn at_most_16_kib() {
    let of = |length: usize| AccessToken::from_authorization(&format!("Bearer {}", "a".repeat(length)));
    assert!(of(16 * 1024).is_ok());
    assert_eq!(of(16 * 1024 + 1).unwrap_err(), Rejection::TokenTooLong);
}
