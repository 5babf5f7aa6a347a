use std::time::SystemTime;

use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::{PrivateKey, PublicKey, SigningKeys, VerificationKeys, thumbprint};
use crate::{BindArguments, Call, Identity, Issuer, KeySet, Presented, Rejection, Verifier};

const NOW: u64 = 1_795_000_000;

fn keys() -> SigningKeys {
    SigningKeys::generate(NOW).unwrap()
}

fn rotated(keys: &SigningKeys) -> SigningKeys {
    keys.rotated(PrivateKey::generate().unwrap(), NOW + 1)
}

fn json(keys: &SigningKeys) -> Value {
    serde_json::from_str(keys.to_secret().expose_secret()).unwrap()
}

fn set(keys: &VerificationKeys) -> String {
    keys.to_secret().expose_secret().to_owned()
}

/// Whether a token that these keys sign is believed by who has that set.
fn believed(keys: &SigningKeys, set: &VerificationKeys) -> Result<(), Rejection> {
    let issuer = Issuer::new(&keys.to_secret(), "domain", "authorizer").unwrap();
    let identity = Identity {
        subject: "alice",
        issuer: "https://id.example",
        client_id: None,
        name: None,
        email: None,
        scope: "",
        groups: &[],
        authenticated_at: None,
    };
    let now = SystemTime::now();
    let issued = issuer.issue(identity, ("profile", "who_am_i"), &Map::new(), now).unwrap();
    let verifier = Verifier::new("domain", "profile", BindArguments::Required);
    let token = Presented::among([("Txn-Token", issued.token.expose_secret())]).unwrap();
    let call = Call { tool: "who_am_i", arguments: &Map::new() };
    verifier.verify(token, &KeySet::parse(&self::set(set)).unwrap(), call, now).map(drop)
}

#[test]
fn the_thumbprint_is_the_one_of_rfc_8037() {
    // RFC 8037 appendix A.3.
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(thumbprint(x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn what_is_written_is_read_again() {
    for keys in [keys(), rotated(&keys())] {
        let again = SigningKeys::parse(&keys.to_secret()).unwrap();
        assert_eq!(again.to_secret().expose_secret(), keys.to_secret().expose_secret());
        assert_eq!(VerificationKeys::parse(&set(&keys.verification())), Some(keys.verification()));
    }
}

#[test]
fn a_private_key_is_the_public_one_with_one_member_more() {
    let keys = json(&keys());
    for name in ["current", "next"] {
        let mut members: Vec<_> = keys[name].as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "d", "kid", "kty", "use", "x"]);
    }
    assert_eq!(keys["rotated_at"], NOW);
    assert!(keys.get("previous").is_none());
}

#[test]
fn a_rotation_makes_next_current_and_forgets_the_private_half_of_current() {
    let before = keys();
    let after = rotated(&before);
    let (old, new) = (json(&before), json(&after));
    assert_eq!(new["current"], old["next"]);
    assert_eq!(new["previous"]["kid"], old["current"]["kid"]);
    assert!(new["previous"].get("d").is_none());
    assert!(!after.to_secret().expose_secret().contains(old["current"]["d"].as_str().unwrap()));
    assert_eq!(after.rotated_at(), NOW + 1);
    assert!(after.succeed(&before));
    for other in [&before, &rotated(&after), &keys()] {
        assert!(!other.succeed(&before));
    }
}

#[test]
fn keys_with_one_half_of_a_predecessor_do_not_succeed_it() {
    let before = keys();
    let other = |current: &PrivateKey, next: &PrivateKey| SigningKeys {
        previous: None,
        current: current.clone(),
        next: next.clone(),
        rotated_at: NOW,
    };
    let stranger = PrivateKey::generate().unwrap();
    assert!(!rotated(&other(&before.current, &stranger)).succeed(&before));
    assert!(!rotated(&other(&stranger, &before.next)).succeed(&before));
}

#[test]
fn a_token_is_believed_from_the_period_before_its_key_signs_until_the_period_after() {
    let first = keys();
    let second = rotated(&first);
    let third = rotated(&second);
    for set in [&first, &second, &third] {
        assert_eq!(believed(&second, &set.verification()), Ok(()));
    }
    assert_eq!(believed(&first, &third.verification()), Err(Rejection::UnknownKey));
    assert_eq!(believed(&third, &first.verification()), Err(Rejection::UnknownKey));
    assert_eq!(believed(&first, &keys().verification()), Err(Rejection::UnknownKey));
}

#[test]
fn sets_are_joined_without_doubling_and_as_far_as_tools_take_them() {
    let (ours, others) = (keys(), rotated(&keys()));
    let joined = ours.verification().beside(&others.verification());
    assert!(joined.hold(ours.verification()) && joined.hold(others.in_use()));
    assert!(!joined.hold(others.verification()), "the previous one is the fifth");
    assert_eq!(joined.clone().beside(&others.verification()), joined);
    KeySet::parse(&set(&joined)).unwrap();
}

#[test]
fn keys_that_do_not_say_when_they_were_made_are_old() {
    let mut text = json(&keys());
    text.as_object_mut().unwrap().remove("rotated_at");
    assert_eq!(SigningKeys::parse(&text.to_string().into()).unwrap().rotated_at(), 0);
}

/// Alters a whole secret.
type Damage = fn(&mut Value);

#[rstest]
#[case::not_keys(|signing: &mut Value| *signing = json!({}))]
#[case::not_an_object(|signing: &mut Value| *signing = json!([]))]
#[case::no_next(|signing: &mut Value| { signing.as_object_mut().unwrap().remove("next"); })]
#[case::one_key_twice(|signing: &mut Value| signing["next"] = signing["current"].clone())]
#[case::no_private_part(|signing: &mut Value| { signing["current"].as_object_mut().unwrap().remove("d"); })]
#[case::private_part_of_another(|signing: &mut Value| signing["current"]["d"] = signing["next"]["d"].clone())]
#[case::public_part_of_another(|signing: &mut Value| signing["current"]["x"] = signing["next"]["x"].clone())]
#[case::short_private_part(|signing: &mut Value| signing["current"]["d"] = json!("AAAA"))]
#[case::private_part_is_a_number(|signing: &mut Value| signing["current"]["d"] = json!(1))]
#[case::padded(|signing: &mut Value| signing["current"]["x"] = json!(signing["current"]["x"].as_str().unwrap().to_owned() + "="))]
#[case::kid_of_another(|signing: &mut Value| signing["current"]["kid"] = signing["next"]["kid"].clone())]
#[case::other_algorithm(|signing: &mut Value| signing["current"]["alg"] = json!("ES256"))]
#[case::other_use(|signing: &mut Value| signing["current"]["use"] = json!("enc"))]
#[case::previous_with_private_part(|signing: &mut Value| signing["previous"] = signing["current"].clone())]
#[case::previous_is_current(|signing: &mut Value| {
    signing["previous"] = signing["current"].clone();
    signing["previous"].as_object_mut().unwrap().remove("d");
})]
#[case::previous_is_no_key(|signing: &mut Value| signing["previous"] = json!(null))]
#[case::time_is_text(|signing: &mut Value| signing["rotated_at"] = json!("1795000000"))]
#[case::time_before_1970(|signing: &mut Value| signing["rotated_at"] = json!(-1))]
fn a_damaged_secret_is_not_read(#[case] damage: Damage) {
    let mut signing = json(&keys());
    damage(&mut signing);
    assert!(SigningKeys::parse(&signing.to_string().into()).is_none());
}

#[rstest]
#[case::not_a_set(|keys: &mut Value| *keys = json!([]))]
#[case::empty(|keys: &mut Value| keys["keys"] = json!([]))]
#[case::private_part(|keys: &mut Value| keys["keys"][0]["d"] = json!("AAAA"))]
#[case::one_key_twice(|keys: &mut Value| keys["keys"][1] = keys["keys"][0].clone())]
#[case::kid_of_another(|keys: &mut Value| keys["keys"][1]["kid"] = json!("another"))]
#[case::another_member(|keys: &mut Value| keys["keys"][1]["x5c"] = json!([]))]
#[case::not_a_key(|keys: &mut Value| keys["keys"].as_array_mut().unwrap().push(json!("key")))]
fn a_damaged_set_is_not_read(#[case] damage: Damage) {
    let mut keys: Value = serde_json::from_str(&set(&keys().verification())).unwrap();
    damage(&mut keys);
    assert_eq!(VerificationKeys::parse(&keys.to_string()), None);
}

#[test]
fn debug_output_shows_no_private_key() {
    let keys = keys();
    let PublicKey(public) = keys.in_use()[0];
    let debug = format!("{keys:?}");
    let seed = keys.current.seed.expose_secret();
    assert!(debug.contains(&format!("{public:?}")), "{debug}");
    assert!(!debug.contains(&format!("{seed:?}")) && !debug.contains(json(&keys)["current"]["d"].as_str().unwrap()));
}
