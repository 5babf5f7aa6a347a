//! As Secrets Manager's rotation function, and by hand.

use serde_json::{Value, json};

use super::{NewStack, Stack};

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];
const TOKEN: &str = "6fdc32d9-4a0c-4d1b-8a58-1f8d3e0a7c11";

pub(super) async fn run(stack: NewStack<'_>) {
    next_becomes_current_and_current_previous(&stack().await).await;
    every_step_may_be_repeated(&stack().await).await;
    a_step_that_was_left_out_is_missed(&stack().await).await;
    a_rotation_too_early_changes_nothing(&stack().await).await;
    only_the_version_that_is_pending_is_rotated(&stack().await).await;
    there_must_be_keys(&stack().await).await;
    an_emergency_leaves_none_of_the_old_keys(&stack().await).await;
    an_emergency_ends_a_rotation(&stack().await).await;
}

async fn next_becomes_current_and_current_previous(stack: &Stack) {
    stack.make_old_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    let (before, _) = stack.keys().await;
    let [old, next] = before.in_use();
    for step in STEPS {
        stack.step(step, TOKEN).await.unwrap();
        let (signing, verification) = stack.keys().await;
        assert_eq!(signing.succeed(&before), step == "finishSecret", "{step}");
        assert_eq!(verification == before.verification(), step == "createSecret", "{step}");
        assert!(verification.hold([old, next]));
    }
    let (after, verification) = stack.keys().await;
    assert_eq!((after.in_use()[0], verification), (next, after.verification()));
    assert!(after.rotated_at() > before.rotated_at() + 25 * 60 * 60);
}

async fn every_step_may_be_repeated(stack: &Stack) {
    stack.make_old_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    let (before, _) = stack.keys().await;
    for (done, step) in STEPS.into_iter().enumerate() {
        stack.step(step, TOKEN).await.unwrap();
        let texts = stack.texts().await;
        for again in &STEPS[..=done] {
            stack.step(again, TOKEN).await.unwrap();
        }
        assert_eq!(stack.texts().await, texts, "{step}");
    }
    assert!(stack.keys().await.0.succeed(&before));
}

async fn a_step_that_was_left_out_is_missed(stack: &Stack) {
    stack.make_old_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    let texts = stack.texts().await;
    for step in ["setSecret", "finishSecret"] {
        stack.step(step, TOKEN).await.unwrap_err();
    }
    stack.step("createSecret", TOKEN).await.unwrap();
    for step in ["testSecret", "finishSecret"] {
        let error = stack.step(step, TOKEN).await.unwrap_err();
        assert!(error.contains("`verification` does not hold"), "{error}");
    }
    assert_eq!(stack.texts().await, texts);
}

async fn a_rotation_too_early_changes_nothing(stack: &Stack) {
    stack.make_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    let texts = stack.texts().await;
    let error = stack.step("createSecret", TOKEN).await.unwrap_err();
    assert!(error.contains("25 hours"), "{error}");
    // Secrets Manager tries a new configuration with this step alone.
    stack.step("testSecret", TOKEN).await.unwrap();
    assert_eq!(stack.texts().await, texts);
}

async fn only_the_version_that_is_pending_is_rotated(stack: &Stack) {
    stack.make_old_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    let texts = stack.texts().await;
    for step in STEPS {
        let error = stack.step(step, "00000000-1111-4222-8333-444444444444").await.unwrap_err();
        assert!(error.contains("neither AWSPENDING nor AWSCURRENT"), "{error}");
        let event = json!({"Step": step, "SecretId": stack.control, "ClientRequestToken": TOKEN});
        let error = (stack.invoke)(event).await.unwrap_err();
        assert!(error.contains("only the secret `signing`"), "{error}");
    }
    assert_eq!((stack.texts().await, stack.pending().await.as_deref()), (texts, Some(TOKEN)));
}

async fn there_must_be_keys(stack: &Stack) {
    for error in [stack.step("createSecret", TOKEN).await.unwrap_err(), stack.emergency().await.unwrap_err()] {
        assert!(error.contains("no keys yet"), "{error}");
    }
    for event in [json!({}), json!({"action": "rotate"}), json!({"Step": "createSecret"}), Value::Null] {
        let error = (stack.invoke)(event).await.unwrap_err();
        assert!(error.contains("no known kind"), "{error}");
    }
    assert_eq!(stack.texts().await, [None, None]);
}

async fn an_emergency_leaves_none_of_the_old_keys(stack: &Stack) {
    stack.make_keys().await;
    for _ in 0..2 {
        let (_, before) = stack.keys().await;
        stack.emergency().await.unwrap();
        let (signing, verification) = stack.keys().await;
        assert_eq!(verification, signing.verification());
        assert!(before.as_ref().iter().all(|key| !verification.hold([*key])));
    }
}

async fn an_emergency_ends_a_rotation(stack: &Stack) {
    stack.make_old_keys().await;
    (stack.begin_rotation)(TOKEN).await;
    for step in &STEPS[..3] {
        stack.step(step, TOKEN).await.unwrap();
    }
    stack.emergency().await.unwrap();
    let texts = stack.texts().await;
    for step in STEPS {
        stack.step(step, TOKEN).await.unwrap_err();
    }
    assert_eq!(stack.texts().await, texts);
    stack.keys().await;
}
