use rstest::rstest;
use serde_json::{Value, json};

use super::{NOW, Setup};
use crate::Rejection;

#[rstest]
#[case::ends_later(json!({"exp": NOW + 1}))]
#[case::ended_within_the_leeway(json!({"exp": NOW - 59}))]
#[case::begins_within_the_leeway(json!({"nbf": NOW + 60}))]
#[case::issued_within_the_leeway(json!({"iat": NOW + 60}))]
#[case::long_but_not_too_long(json!({"iat": NOW, "exp": NOW + 25 * 3600}))]
#[tokio::test]
async fn a_token_counts_from_nbf_to_exp_and_a_minute_around(#[case] times: Value) {
    let setup = Setup::new().await;
    setup.verify(&setup.token(times)).await.unwrap();
}

#[rstest]
#[case::at_the_end_of_the_leeway(json!({"exp": NOW - 60}), Rejection::Expired)]
#[case::not_yet(json!({"nbf": NOW + 61}), Rejection::NotYetValid)]
#[case::from_the_future(json!({"iat": NOW + 61}), Rejection::IssuedInTheFuture)]
#[case::too_long(json!({"iat": NOW, "exp": NOW + 25 * 3600 + 1}), Rejection::LifetimeTooLong)]
#[tokio::test]
async fn outside_it_costs_no_fetch(#[case] times: Value, #[case] expected: Rejection) {
    let setup = Setup::new().await;
    setup.refuses(&setup.token(times), expected, 0).await;
}

#[tokio::test]
async fn a_token_that_passed_is_refused_once_it_has_expired() {
    let setup = Setup::new().await;
    let token = setup.token(json!({"exp": NOW + 100}));
    setup.verify(&token).await.unwrap();
    setup.advance(159);
    setup.verify(&token).await.unwrap();
    setup.advance(1);
    setup.refuses(&token, Rejection::Expired, 1).await;
}
