use rstest::rstest;

use super::{Compact, Error};

const HEADER: &str = "eyJhbGciOiJFZERTQSJ9"; // {"alg":"EdDSA"}
const PAYLOAD: &str = "eyJzdWIiOiJhIn0"; // {"sub":"a"}

fn parse(token: &str) -> Result<Compact<'_>, Error> {
    Compact::parse(token, 200)
}

#[test]
fn three_strict_parts_are_taken_apart() {
    let token = format!("{HEADER}.{PAYLOAD}.AQID");
    let compact = parse(&token).unwrap();
    assert_eq!(compact.header["alg"], "EdDSA");
    assert_eq!(compact.payload["sub"], "a");
    assert_eq!(compact.signature, [1, 2, 3]);
    assert_eq!(compact.signing_input, format!("{HEADER}.{PAYLOAD}").as_bytes());
}

#[rstest]
#[case::empty("")]
#[case::one("a")]
#[case::two(&format!("{HEADER}.{PAYLOAD}"))]
#[case::four(&format!("{HEADER}.{PAYLOAD}.AQID.AQID"))]
#[case::encrypted(&format!("{HEADER}.a.b.c.d"))]
fn exactly_three_parts(#[case] token: &str) {
    assert_eq!(parse(token).unwrap_err(), Error::Parts);
}

#[rstest]
#[case::padding(&format!("{HEADER}.{PAYLOAD}.AQI="))]
#[case::loose_bits(&format!("{HEADER}.{PAYLOAD}.AQJ"))]
#[case::standard_alphabet(&format!("{HEADER}.{PAYLOAD}.+/+/"))]
#[case::white_space(&format!("{HEADER}.{PAYLOAD}.AQID\n"))]
#[case::leading_space(&format!(" {HEADER}.{PAYLOAD}.AQID"))]
#[case::comma_joined(&format!("{HEADER}.{PAYLOAD}.AQID,{HEADER}"))]
#[case::impossible_length(&format!("{HEADER}.{PAYLOAD}.A"))]
fn base64url_is_strict(#[case] token: &str) {
    assert_eq!(parse(token).unwrap_err(), Error::Base64);
}

#[rstest]
#[case::empty_header(&format!(".{PAYLOAD}.AQID"))]
#[case::empty_payload(&format!("{HEADER}..AQID"))]
#[case::array("W10.e30.AQID")]
#[case::string("ImEi.e30.AQID")]
#[case::byte_order_mark("77u_e30.e30.AQID")]
fn header_and_payload_are_objects(#[case] token: &str) {
    assert_eq!(parse(token).unwrap_err(), Error::NotAnObject);
}

#[test]
fn a_repeated_member_is_refused() {
    // {"alg":"none","alg":"EdDSA"}
    let token = format!("eyJhbGciOiJub25lIiwiYWxnIjoiRWREU0EifQ.{PAYLOAD}.AQID");
    assert_eq!(parse(&token).unwrap_err(), Error::DuplicateMember);
}

#[test]
fn size_is_refused_before_anything_else() {
    assert_eq!(parse(&".".repeat(201)).unwrap_err(), Error::TooLong);
    assert_eq!(parse(&".".repeat(200)).unwrap_err(), Error::Parts);
}

#[test]
fn debug_output_shows_no_content() {
    let token = format!("{HEADER}.{PAYLOAD}.AQID");
    assert_eq!(format!("{:?}", parse(&token).unwrap()), "Compact { .. }");
}
