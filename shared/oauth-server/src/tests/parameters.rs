use rstest::rstest;

use crate::parameters::{Malformed, Parameters, Repeated};

#[rstest]
#[case::plain("a=b", Some("b"))]
#[case::space("a=b+c%20d", Some("b c d"))]
#[case::percent("a=%2B%26%3d", Some("+&="))]
#[case::encoded_name("%61=b", Some("b"))]
#[case::two_equal_signs("a=b=c", Some("b=c"))]
#[case::empty_pairs("&&a=b&", Some("b"))]
#[case::empty_value("a=", None)]
#[case::no_value("a", None)]
#[case::absent("b=c", None)]
fn a_form_is_read_as_it_was_meant(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(Parameters::parse(text.as_bytes()).unwrap().one("a"), Ok(expected));
}

#[rstest]
#[case::not_hexadecimal(b"a=%g0")]
#[case::cut(b"a=%4")]
#[case::not_utf8(b"a=%c3%28")]
#[case::raw_not_utf8(b"a=\xff\xff\xff")]
fn what_is_no_form_is_refused_whole(#[case] text: &[u8]) {
    assert_eq!(Parameters::parse(text).err(), Some(Malformed));
}

#[rstest]
#[case("a=1&a=2")]
#[case("a=1&a=1")]
#[case("a=&a=1")]
#[case("a=1&%61=2")]
fn a_parameter_that_must_be_single_is(#[case] text: &str) {
    assert_eq!(Parameters::parse(text.as_bytes()).unwrap().one("a"), Err(Repeated("a")));
}
