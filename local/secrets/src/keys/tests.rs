use std::time::SystemTime;

use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use tempfile::{TempDir, tempdir};
use transaction_token::{BindArguments, Call, Identity, Issuer, KeySet, Presented, Rejection, Verifier};

use super::{KeysError, ensure, jwk, thumbprint};
use crate::{SecretId, Secrets};

fn id(name: &str) -> SecretId {
    let arn = format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:countersign/{name}-local1");
    SecretId::new(arn, format!("countersign/{name}")).unwrap()
}

struct Laptop {
    state: TempDir,
    secrets: Secrets,
}

impl Laptop {
    fn new() -> Self {
        let state = tempdir().unwrap();
        Self { secrets: Secrets::open(state.path()).unwrap(), state }
    }

    fn with_keys() -> Self {
        let laptop = Self::new();
        laptop.ensure().unwrap();
        laptop
    }

    /// As at the next start.
    fn ensure(&self) -> Result<(), KeysError> {
        ensure(&Secrets::open(self.state.path()).unwrap(), &id("signing"), &id("verification"))
    }

    fn text(&self, name: &str) -> String {
        let secrets = Secrets::open(self.state.path()).unwrap();
        secrets.value(id(name).name()).unwrap().value.expose_secret().to_owned()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    fn put(&self, name: &str, value: &Value) {
        self.secrets.put(&id(name), value.to_string().into()).unwrap();
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.state.path().join(format!("secrets/countersign%2F{name}.json"))
    }
}

#[test]
fn the_thumbprint_is_the_one_of_rfc_8037() {
    // RFC 8037 appendix A.3.
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(thumbprint(x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_keys_are_what_the_functions_expect() {
    let laptop = Laptop::with_keys();
    let signing = laptop.text("signing").into();
    assert!(Issuer::new(&signing, "countersign.us-east-1.000000000000", "authorizer").is_ok());
    KeySet::parse(&laptop.text("verification")).unwrap();

    let (signing, verification) = (laptop.json("signing"), laptop.json("verification"));
    for (pair, public) in
        [(&signing["current"], &verification["keys"][0]), (&signing["next"], &verification["keys"][1])]
    {
        let mut members: Vec<_> = pair.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "d", "kid", "kty", "use", "x"]);
        let mut without = pair.clone();
        without.as_object_mut().unwrap().remove("d");
        assert_eq!(*public, without);
    }
    assert_ne!(signing["current"]["kid"], signing["next"]["kid"]);
    assert_eq!(verification["keys"].as_array().unwrap().len(), 2);
    assert_ne!(Laptop::with_keys().json("signing"), signing, "another laptop has other keys");
}

#[test]
fn a_token_signed_with_them_is_believed() {
    let laptop = Laptop::with_keys();
    let issuer = Issuer::new(&laptop.text("signing").into(), "domain", "authorizer").unwrap();
    let identity = Identity {
        subject: "alice",
        issuer: "http://127.0.0.1:8485",
        client_id: None,
        name: None,
        email: None,
        scope: "countersign/tools",
        groups: &[],
        authenticated_at: None,
    };
    let issued = issuer.issue(identity, ("profile", "who_am_i"), &Map::new(), SystemTime::now()).unwrap();
    let verifier = Verifier::new("domain", "profile", BindArguments::Required);
    let token = Presented::among([("Txn-Token", issued.token.expose_secret())]).unwrap();
    let call = Call { tool: "who_am_i", arguments: &Map::new() };
    let verify = |set: &str| verifier.verify(token, &KeySet::parse(set).unwrap(), call, SystemTime::now());
    assert_eq!(verify(&laptop.text("verification")).unwrap().subject(), "alice");
    assert_eq!(verify(&Laptop::with_keys().text("verification")).unwrap_err(), Rejection::UnknownKey);
}

#[test]
fn keys_that_exist_are_kept() {
    let laptop = Laptop::with_keys();
    let before = (laptop.text("signing"), laptop.text("verification"));
    laptop.ensure().unwrap();
    assert_eq!((laptop.text("signing"), laptop.text("verification")), before);
}

#[test]
fn an_earlier_public_key_is_kept() {
    let laptop = Laptop::with_keys();
    let mut set = laptop.json("verification");
    set["keys"].as_array_mut().unwrap().insert(0, jwk(&[7; 32]));
    laptop.put("verification", &set);
    laptop.ensure().unwrap();
    assert_eq!(laptop.json("verification"), set);
}

#[test]
fn keys_are_kept_when_their_arn_changes() {
    let laptop = Laptop::with_keys();
    let before = laptop.text("signing");
    let arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:countersign/signing-other2";
    let moved = SecretId::new(arn, "countersign/signing").unwrap();
    let secrets = Secrets::open(laptop.state.path()).unwrap();
    ensure(&secrets, &moved, &id("verification")).unwrap();
    assert_eq!(secrets.value(arn).unwrap().value.expose_secret(), before);
}

#[test]
fn a_first_start_that_was_cut_short_is_completed() {
    let laptop = Laptop::with_keys();
    let before = (laptop.text("signing"), laptop.text("verification"));
    std::fs::remove_file(laptop.file("verification")).unwrap();
    laptop.ensure().unwrap();
    assert_eq!((laptop.text("signing"), laptop.text("verification")), before);
}

#[test]
fn lost_private_keys_are_not_replaced() {
    let laptop = Laptop::with_keys();
    std::fs::remove_file(laptop.file("signing")).unwrap();
    let error = laptop.ensure().unwrap_err();
    assert!(matches!(&error, KeysError::Missing { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("signing.json is missing") && text.contains("verification.json: new keys"), "{text}");
    assert!(!laptop.file("signing").exists());
}

/// Alters a whole secret.
type Damage = fn(&mut Value);

#[rstest]
#[case::not_keys(|signing: &mut Value| *signing = json!({}))]
#[case::no_next(|signing: &mut Value| { signing.as_object_mut().unwrap().remove("next"); })]
#[case::one_key_twice(|signing: &mut Value| signing["next"] = signing["current"].clone())]
#[case::no_private_part(|signing: &mut Value| { signing["current"].as_object_mut().unwrap().remove("d"); })]
#[case::private_part_of_another(|signing: &mut Value| signing["current"]["d"] = signing["next"]["d"].clone())]
#[case::public_part_of_another(|signing: &mut Value| signing["current"]["x"] = signing["next"]["x"].clone())]
#[case::short_private_part(|signing: &mut Value| signing["current"]["d"] = json!("AAAA"))]
#[case::padded(|signing: &mut Value| signing["current"]["x"] = json!(signing["current"]["x"].as_str().unwrap().to_owned() + "="))]
#[case::kid_of_another(|signing: &mut Value| signing["current"]["kid"] = signing["next"]["kid"].clone())]
#[case::other_algorithm(|signing: &mut Value| signing["current"]["alg"] = json!("ES256"))]
#[case::other_use(|signing: &mut Value| signing["current"]["use"] = json!("enc"))]
fn damaged_private_keys_are_refused_and_left_as_they_are(#[case] damage: Damage) {
    let laptop = Laptop::with_keys();
    let mut signing = laptop.json("signing");
    damage(&mut signing);
    laptop.put("signing", &signing);
    let verification = laptop.text("verification");
    let error = laptop.ensure().unwrap_err().to_string();
    assert!(error.contains("signing.json") && error.contains("remove"), "{error}");
    assert_eq!((laptop.json("signing"), laptop.text("verification")), (signing, verification));
}

#[rstest]
#[case::not_a_set(|keys: &mut Value| *keys = json!([]))]
#[case::empty(|keys: &mut Value| keys["keys"] = json!([]))]
#[case::no_next(|keys: &mut Value| { keys["keys"].as_array_mut().unwrap().pop(); })]
#[case::of_another_laptop(|keys: &mut Value| keys["keys"][0] = jwk(&[7; 32]))]
#[case::private_part(|keys: &mut Value| keys["keys"][0]["d"] = json!("AAAA"))]
#[case::not_a_key(|keys: &mut Value| keys["keys"].as_array_mut().unwrap().push(json!("key")))]
fn damaged_public_keys_are_refused_and_left_as_they_are(#[case] damage: Damage) {
    let laptop = Laptop::with_keys();
    let mut verification = laptop.json("verification");
    damage(&mut verification);
    laptop.put("verification", &verification);
    let error = laptop.ensure().unwrap_err().to_string();
    assert!(error.contains("verification.json does not hold"), "{error}");
    assert_eq!(laptop.json("verification"), verification);
}

#[test]
fn no_error_shows_a_key() {
    let laptop = Laptop::with_keys();
    let mut signing = laptop.json("signing");
    signing["next"] = json!(null);
    laptop.put("signing", &signing);
    let error = laptop.ensure().unwrap_err();
    assert!(!format!("{error} {error:?}").contains(signing["current"]["d"].as_str().unwrap()));
}
