use rstest::rstest;

use super::wrong_features;

const TREE: &str = "\
profile v0.1.0 (/countersign/functions/profile) 
toolkit v0.1.0 (/countersign/shared/toolkit) 
transaction-token v0.1.0 (/countersign/shared/transaction-token) FEATURES
serde v1.0.229 default,issue,rotate
transaction-token v0.1.0 (/countersign/shared/transaction-token) FEATURES (*)
";

#[rstest]
#[case::none("profile", "")]
#[case::others("profile", "issues,default")]
#[case::its_own("authorizer", "issue")]
#[case::its_own_too("key-rotation", "rotate")]
fn a_function_has_the_features_that_it_needs(#[case] binary: &str, #[case] features: &str) {
    assert_eq!(wrong_features(binary, &TREE.replace("FEATURES", features)), [""; 0]);
}

#[rstest]
#[case::target("profile", "issue", "issue")]
#[case::among_others("profile", "default,issue", "issue")]
#[case::of_the_other("authorizer", "issue,rotate", "rotate")]
#[case::of_the_other_too("key-rotation", "issue,rotate", "issue")]
fn a_feature_of_another_function_is_a_defect(#[case] binary: &str, #[case] features: &str, #[case] foreign: &str) {
    let found = wrong_features(binary, &TREE.replace("FEATURES", features));
    assert_eq!(found, [format!("{binary}: built with transaction-token/{foreign}")]);
}

#[rstest]
#[case::authorizer("authorizer", "issue")]
#[case::key_rotation("key-rotation", "rotate")]
fn a_feature_that_is_not_found_where_it_must_be_is_a_defect(#[case] binary: &str, #[case] feature: &str) {
    let found = wrong_features(binary, &TREE.replace("FEATURES", ""));
    let start = format!("{binary}: built without transaction-token/{feature}");
    assert!(matches!(found.as_slice(), [only] if only.starts_with(&start)), "{found:?}");
}

#[test]
fn a_store_of_the_laptop_is_a_defect() {
    let tree = "oauth-server v0.1.0 (/countersign/shared/oauth-server) loopback-documents,memory-store\n";
    assert_eq!(wrong_features("sign-in", tree).len(), 2);
}
