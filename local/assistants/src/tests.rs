use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Assistant, Configuration, Connection, Place, RegisteredClient};

const ID: &str = "1example23456789abcdefghij";

fn open() -> Connection {
    Connection { name: "countersign".to_owned(), mcp_url: "http://127.0.0.1:8484/mcp".parse().unwrap(), client: None }
}

fn closed() -> Connection {
    let client = RegisteredClient { id: ID.to_owned(), scopes: vec!["countersign/tools".to_owned()] };
    Connection { client: Some(client), ..open() }
}

/// What a shell makes of a command, word by word.
fn words(command: &str) -> Vec<String> {
    let script = format!("claude() {{ printf '%s\\0' \"$@\"; }}\n{command}");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn file(assistant: Assistant, connection: &Connection) -> Value {
    let configuration = assistant.configuration(connection);
    let (line, spread) = (configuration.to_string(), format!("{configuration:#}"));
    assert!(!line.contains('\n') && spread.contains('\n'));
    let [line, spread]: [Value; 2] = [line, spread].map(|text| serde_json::from_str(&text).unwrap());
    assert_eq!(line, spread);
    line
}

#[rstest]
#[case(Assistant::Kiro, json!({ "mcpServers": { "countersign": { "url": "http://127.0.0.1:8484/mcp" } } }))]
#[case(Assistant::Cursor, json!({ "mcpServers": { "countersign": { "url": "http://127.0.0.1:8484/mcp" } } }))]
#[case(Assistant::VsCode, json!({ "servers": { "countersign": { "type": "http", "url": "http://127.0.0.1:8484/mcp" } } }))]
#[case(Assistant::KiroThroughMcpRemote, json!({ "mcpServers": { "countersign": {
    "command": "npx", "args": ["-y", "mcp-remote@0.15.1", "http://127.0.0.1:8484/mcp"],
} } }))]
fn where_clients_register_the_url_is_enough(#[case] assistant: Assistant, #[case] expected: Value) {
    assert_eq!(file(assistant, &open()), expected);
}

#[rstest]
#[case(Assistant::Kiro, json!({ "mcpServers": { "countersign": {
    "url": "http://127.0.0.1:8484/mcp",
    "oauth": { "clientId": ID, "redirectUri": "127.0.0.1:7778" },
    "oauthScopes": ["countersign/tools"],
} } }))]
#[case(Assistant::Cursor, json!({ "mcpServers": { "countersign": {
    "url": "http://127.0.0.1:8484/mcp",
    "auth": { "CLIENT_ID": ID, "scopes": ["countersign/tools"] },
} } }))]
#[case(Assistant::VsCode, json!({ "servers": { "countersign": {
    "type": "http", "url": "http://127.0.0.1:8484/mcp", "oauth": { "clientId": ID },
} } }))]
#[case(Assistant::KiroThroughMcpRemote, json!({ "mcpServers": { "countersign": {
    "command": "npx",
    "args": ["-y", "mcp-remote@0.15.1", "http://127.0.0.1:8484/mcp", "3334",
        "--static-oauth-client-info", format!(r#"{{"client_id":"{ID}"}}"#), "--auth-timeout", "300"],
} } }))]
fn where_they_do_not_the_client_id_is_given(#[case] assistant: Assistant, #[case] expected: Value) {
    assert_eq!(file(assistant, &closed()), expected);
}

#[test]
fn claude_code_takes_a_command() {
    let line = |connection| Assistant::ClaudeCode.configuration(&connection).to_string();
    assert_eq!(line(open()), "claude mcp add --transport http countersign http://127.0.0.1:8484/mcp");
    let options = format!("--client-id {ID} --callback-port 8765");
    let expected = format!("claude mcp add --transport http {options} countersign http://127.0.0.1:8484/mcp");
    assert_eq!(line(closed()), expected);
}

#[rstest]
#[case::spaces("two words", "a b")]
#[case::substitution("$(exit 1)", "`exit 1`")]
#[case::quotes("it's \"quoted\"", "'; exit 1; '")]
#[case::line("a\nexit 1", "a\\\n")]
#[case::home("~", "{a,b}")]
#[case::empty("", "*")]
fn odd_names_and_client_ids_stay_whole(#[case] name: &str, #[case] id: &str) {
    let client = RegisteredClient { id: id.to_owned(), scopes: vec![name.to_owned()] };
    let mcp_url = "https://gateway.example/mcp?a=$HOME&b='%20;exit+1;'#x".parse().unwrap();
    let connection = Connection { name: name.to_owned(), mcp_url, client: Some(client) };
    for assistant in Assistant::ALL {
        if assistant.place() == Place::Terminal {
            let words = words(&assistant.configuration(&connection).to_string());
            assert!(words.ends_with(&[name.to_owned(), connection.mcp_url.to_string()]), "{words:?}");
            assert_eq!(words[words.iter().position(|word| word == "--client-id").unwrap() + 1], id);
        } else {
            let document = file(assistant, &connection);
            let servers = document.as_object().unwrap().values().next().unwrap().as_object().unwrap();
            assert_eq!(servers.keys().collect::<Vec<_>>(), [name]);
        }
    }
}

#[test]
fn mcp_remote_is_given_json_in_json() {
    let mut connection = closed();
    connection.client.as_mut().unwrap().id = r#""},"x":{"\"#.to_owned();
    let document = file(Assistant::KiroThroughMcpRemote, &connection);
    let arguments = &document["mcpServers"]["countersign"]["args"];
    let information: Value = serde_json::from_str(arguments[5].as_str().unwrap()).unwrap();
    assert_eq!(information, json!({ "client_id": r#""},"x":{"\"# }));
}

#[test]
fn a_port_that_is_told_is_that_of_a_redirect_uri() {
    for (assistant, port) in
        [(Assistant::ClaudeCode, "8765"), (Assistant::Kiro, "7778"), (Assistant::KiroThroughMcpRemote, "3334")]
    {
        assert!(assistant.configuration(&closed()).to_string().contains(port), "{assistant}");
        let uris = assistant.redirect_uris();
        assert!(uris.iter().all(|uri| uri.contains(&format!(":{port}"))), "{assistant}: {uris:?}");
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    parameters: BTreeMap<String, Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    default: Option<Value>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

#[test]
fn the_template_lets_its_client_answer_these_assistants_and_nobody_else() {
    let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let template: Template = serde_saphyr::from_str(&text).unwrap();
    let parameter = template.parameters.get("CallbackUrls").expect("the parameter CallbackUrls");
    let listed = parameter.default.as_ref().unwrap().as_str().unwrap();
    let listed: Vec<_> = listed.split(',').map(str::trim).collect();
    let used: BTreeSet<_> = Assistant::ALL.iter().flat_map(|assistant| assistant.redirect_uris()).copied().collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), used);
    assert_eq!(listed.len(), used.len(), "each is listed once");
}

#[test]
fn the_documentation_has_every_assistant_and_its_redirect_uris() {
    let text = std::fs::read_to_string(root().join("docs/assistants.md")).unwrap();
    for assistant in Assistant::ALL {
        assert!(text.contains(&format!("## {assistant}\n")), "{assistant}");
        assert!(text.contains(&format!("`countersign clients {}`", assistant.key())), "{assistant}");
        for uri in assistant.redirect_uris() {
            assert!(text.contains(&format!("`{uri}`")), "{assistant}: {uri}");
        }
    }
}

#[test]
fn an_assistant_is_found_by_its_key_alone() {
    for assistant in Assistant::ALL {
        assert_eq!(assistant.key().parse(), Ok(assistant));
    }
    for key in ["", "Kiro", "claude", "vs-code", "kiro "] {
        assert!(key.parse::<Assistant>().is_err(), "{key:?}");
    }
}

#[test]
fn a_connection_is_the_same_after_it_was_written() {
    for connection in [open(), closed()] {
        let text = serde_json::to_string(&connection).unwrap();
        assert_eq!(serde_json::from_str::<Connection>(&text).unwrap(), connection);
    }
}

#[test]
fn a_command_is_one_line_either_way() {
    let configuration = Assistant::ClaudeCode.configuration(&open());
    assert!(matches!(configuration, Configuration::Command(_)));
    assert_eq!(format!("{configuration:#}"), configuration.to_string());
}
