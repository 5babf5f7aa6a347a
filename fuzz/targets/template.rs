//! Any text is a stack or an error at a place that exists. How long it may take, libFuzzer's `-timeout` says.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use local_template::{Error, Pseudo, Template};

fuzz_target!(|text: &str| {
    let pseudo = Pseudo {
        account_id: "000000000000".into(),
        partition: "aws".into(),
        region: "us-east-1".into(),
        stack_name: "countersign".into(),
        url_suffix: "amazonaws.com".into(),
    };
    let stack = Template::parse("template.yaml", text).and_then(|template| template.resolve(&BTreeMap::new(), &pseudo));
    match stack {
        Ok(stack) => assert!(!stack.resources().is_empty()),
        Err(Error::Invalid { place, .. }) => {
            // A carriage return alone ends a line of YAML, and so does the end of the text.
            let lines = text.split(['\r', '\n']).count() + 1;
            assert!((1..=lines).contains(&place.line) && place.column >= 1);
        }
        Err(_) => {}
    }
});
