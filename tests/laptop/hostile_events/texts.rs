//! Events that are bad for any function.

use local_runtime_api::REQUEST_LIMIT;

/// Texts that are no JSON object, or a strange one.
pub(super) fn not_events() -> Vec<Vec<u8>> {
    let texts = [
        "",
        " ",
        "\0",
        "{",
        "}",
        "nul",
        "null",
        "true",
        "7",
        "-0",
        "1e999",
        "\"\"",
        "\"{}\"",
        "[]",
        "[{}]",
        "[[[[]]]]",
        "{}{}",
        "{},",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":[{\"b\":1,\"b\":1}]}",
        "\u{feff}{}",
        "{}\u{feff}",
    ];
    let mut events: Vec<Vec<u8>> = texts.into_iter().map(Vec::from).collect();
    events.extend([b"\xff\xfe".to_vec(), b"{\"a\":\"\xc3\"}".to_vec(), b"{\"\xed\xa0\x80\":1}".to_vec()]);
    events.extend([
        "[".repeat(10_000).into_bytes(),
        format!("{}1{}", "{\"a\":".repeat(300), "}".repeat(300)).into_bytes(),
    ]);
    events
}

/// Events whose size alone is the trouble.
pub(super) fn huge_events() -> Vec<Vec<u8>> {
    let text = format!("{{\"a\":\"{}\"}}", "é".repeat(1 << 20));
    let numbers = format!("{{\"a\":[{}1]}}", "1,".repeat(1 << 18));
    vec![vec![b' '; REQUEST_LIMIT], text.into_bytes(), numbers.into_bytes(), "{\"a\":".repeat(1 << 18).into_bytes()]
}
