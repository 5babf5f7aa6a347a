//! That a panic costs one call: a container that stays, and a function that panics when it is told to, built by
//! `sam build` as the others are.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::error::Error;
use crate::http;
use crate::process_group::ProcessGroup;

use super::container::Containers;

const FUNCTION: &str = "PanickingFunction";

/// What only the log may repeat.
const SAID: &str = "what a panic says is nobody else's";

/// Calls it, lets it panic, and calls it again.
pub(super) async fn defects(containers: &Containers) -> Result<Vec<String>, Error> {
    let port = http::free_port()?;
    let (mut sam, log): (Command, _) = containers.sam_local("start-lambda", "panics")?;
    sam.args(["--warm-containers", "EAGER", "--port", &port.to_string()]);
    let _sam = ProcessGroup::start("sam local start-lambda", sam, log)?;
    let mut answers = Vec::new();
    for event in [json!({}), json!({ "panic": SAID }), json!({})] {
        answers.push(http::invoke(port, FUNCTION, event.to_string().as_bytes()).await?);
    }
    Ok(wrong(&answers))
}

fn wrong(answers: &[Value]) -> Vec<String> {
    let mut defects = Vec::new();
    let [before, panic, after] = answers else { return vec!["it did not answer".to_owned()] };
    if *before != json!({ "calls": 1 }) {
        defects.push(format!("the first call is answered {before}"));
    }
    if panic.get("errorType").is_none_or(|name| name != "Runtime.HandlerPanic") || panic.to_string().contains(SAID) {
        defects.push(format!("a panic is answered {panic}"));
    }
    if *after != json!({ "calls": 3 }) {
        defects.push(format!("the process has not survived a panic: the third call is answered {after}"));
    }
    defects
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{SAID, wrong};

    fn answers() -> [Value; 3] {
        [
            json!({ "calls": 1 }),
            json!({ "errorType": "Runtime.HandlerPanic", "errorMessage": "" }),
            json!({ "calls": 3 }),
        ]
    }

    #[test]
    fn a_panic_that_costs_one_call_will_do() {
        assert_eq!(wrong(&answers()), [""; 0]);
    }

    #[rstest]
    #[case::no_function(0, json!({ "errorType": "Runtime.ExitError" }))]
    #[case::the_process_ended(1, json!({ "errorType": "Runtime.ExitError" }))]
    #[case::it_did_not_panic(1, json!({ "calls": 2 }))]
    #[case::it_tells_all(1, json!({ "errorType": "Runtime.HandlerPanic", "errorMessage": SAID }))]
    #[case::another_process(2, json!({ "calls": 1 }))]
    #[case::no_process(2, json!({ "errorType": "Runtime.ExitError" }))]
    fn whatever_else_happens_is_a_defect(#[case] call: usize, #[case] answer: Value) {
        let mut answers = answers();
        answers[call] = answer;
        assert_eq!(wrong(&answers).len(), 1);
    }

    #[test]
    fn no_answer_is_a_defect() {
        assert_eq!(wrong(&[]).len(), 1);
    }
}
