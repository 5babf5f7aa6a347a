//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgGroup, Args, Parser, Subcommand};
use local_assistants::{Assistant, quoted};
use strict_json::Object;

use crate::failure::Failure;
use crate::project::{Project, program};
use crate::time::Time;

/// MCP tools behind AgentCore Gateway, on your own machine.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    up: Up,
}

impl Arguments {
    /// The command that was given. Without one it is `up`.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Up(self.up))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Builds the functions and serves the gateway of the template, until Ctrl-C. The default.
    Up(Up),
    /// Prints what an AI assistant must be told to reach the gateway that runs, ready to be pasted.
    #[command(mut_arg("template", whose_state))]
    Clients(Clients),
    /// Prints what a function of the stack that runs is invoked with, for `sam local invoke`.
    #[command(mut_arg("template", whose_state), after_help = EVENT_EXAMPLES)]
    Event(Event),
    /// Stops a person, an assistant or a session within 30 seconds, or has everybody sign in again.
    #[command(mut_arg("template", whose_state))]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// The port of the gateway, on 127.0.0.1. 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    pub(crate) port: u16,

    /// The port of the identity provider, on 127.0.0.1, if it is not to be the one in the parameter `DiscoveryUrl`.
    #[arg(long, value_name = "PORT")]
    pub(crate) identity_provider_port: Option<u16>,

    #[command(flatten)]
    pub(crate) location: Location,

    /// The set of parameters in `samconfig.toml` with which the template is deployed. `local` signs people in at a
    /// provider where assistants register themselves. `default` is what `sam deploy` makes of it: a Cognito user pool
    /// with one client, and no registration.
    #[arg(long, value_name = "SET", default_value = "local")]
    pub(crate) parameters: String,

    /// Parameters of the template, over what that set says. May be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, num_args = 1..)]
    pub(crate) parameter_overrides: Vec<(String, String)>,

    /// How long an access token of the laptop's identity provider is valid, at most 25 hours: the gateway refuses one that is valid for
    /// longer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60 * 60, value_parser = clap::value_parser!(u32).range(1..=90_000))]
    pub(crate) access_token_ttl: u32,

    /// Lets assistants that run as a web site sign in, not only programs on this machine.
    #[arg(long)]
    pub(crate) allow_remote_redirects: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Clients {
    /// Only this one: its configuration and nothing else, as the file or the shell takes it.
    #[arg(value_parser = assistant())]
    pub(crate) assistant: Option<Assistant>,

    #[command(flatten)]
    pub(crate) location: Location,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["subject", "client", "session", "all_before", "list"]))]
pub(crate) struct Revoke {
    /// A person, who stays stopped until that is undone: `sub` of the access token, `subject` in the audit lines.
    #[arg(long, value_name = "SUB")]
    pub(crate) subject: Option<String>,

    /// An assistant, in whoever's name it acts: `client_id` in the audit lines. One that registers itself can do so again,
    /// under another name. A token that names no client is refused too.
    #[arg(long, value_name = "ID")]
    pub(crate) client: Option<String>,

    /// One sign-in and all that was refreshed from it: `session` in the audit lines. Not every identity provider names
    /// it, and a token that names none is refused too.
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,

    /// Everybody who signed in before this time, such as 2026-03-01T09:30:00Z, or `now`. They may sign in again.
    #[arg(long, value_name = "TIME")]
    pub(crate) all_before: Option<Time>,

    /// Only shows what is in force.
    #[arg(long, conflicts_with_all = ["issuer", "before", "note", "undo"])]
    pub(crate) list: bool,

    /// Only where the access token is of this issuer: `issuer` in the audit lines.
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,

    /// Only what came of a sign-in before this time, or before `now`: whoever it was may sign in again.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["session", "all_before"])]
    pub(crate) before: Option<Time>,

    /// Why. Other operators see it, the person does not.
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    pub(crate) note: Option<String>,

    /// Takes back what was revoked with the same words.
    #[arg(long)]
    pub(crate) undo: bool,

    /// The stack on AWS, with the region and the credentials of the environment. Without it, what runs on this machine.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["template", "state"])]
    pub(crate) stack: Option<String>,

    #[command(flatten)]
    pub(crate) location: Location,
}

#[derive(Debug, Args)]
pub(crate) struct Event {
    /// The function, as the template names it, such as `ProfileFunction`.
    pub(crate) function: String,

    /// The tool that is called, such as `who_am_i` or `profile___who_am_i`.
    pub(crate) tool: Option<String>,

    /// In whose name: an `id` of `local/accounts.yaml`.
    #[arg(long = "as", value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,

    /// The arguments of the call, a JSON object.
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = object)]
    pub(crate) arguments: Object,

    #[command(flatten)]
    pub(crate) location: Location,
}

const EVENT_EXAMPLES: &str = "\
The event of a tool holds its proof, which is good for 30 seconds:
  countersign event ProfileFunction who_am_i --as alice |
    sam local invoke ProfileFunction -e - --env-vars events/local.json

events/README.md has the commands for the other functions.";

/// Which set-up is meant.
#[derive(Debug, Args)]
pub(crate) struct Location {
    /// The template. By default `template.yaml` in this folder or in the nearest one above. Beside it stand
    /// `samconfig.toml`, the cargo workspace of the functions, and `local/accounts.yaml`.
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,

    /// Where keys are kept from one run to the next. By default `.countersign` beside the template.
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
}

impl Location {
    /// The state folder. The project is looked for only if nobody names the folder.
    pub(crate) fn state(&self) -> Result<PathBuf, Failure> {
        match &self.state {
            Some(state) => Ok(state.clone()),
            None => Ok(Project::find(self.template.clone())?.state()),
        }
    }

    /// How a person calls this command of the program, for the same set-up.
    pub(crate) fn call(&self, command: &str) -> String {
        let options = [("--template", &self.template), ("--state", &self.state)];
        let words = options.into_iter().filter_map(|(option, path)| Some((option, path.as_ref()?)));
        words.fold(format!("{} {command}", program()), |line, (option, path)| {
            format!("{line} {option} {}", quoted(&path.to_string_lossy()))
        })
    }
}

/// The option of a command that needs nothing else of the template.
fn whose_state(template: Arg) -> Arg {
    template.help("Whose state folder is meant").long_help(None)
}

fn assistant() -> impl TypedValueParser<Value = Assistant> {
    PossibleValuesParser::new(Assistant::ALL.map(Assistant::key)).try_map(|key| key.parse())
}

fn object(text: &str) -> Result<Object, &'static str> {
    strict_json::parse_object(text.as_bytes()).map_err(|_| "expected a JSON object, with each member once")
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser as _};
    use rstest::rstest;

    use super::{Arguments, Assistant, Command, Up};

    fn up(line: &[&str]) -> Up {
        let Command::Up(options) = Arguments::parse_from(line).command() else { panic!("{line:?}") };
        options
    }

    #[test]
    fn the_command_line_is_consistent() {
        <Arguments as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_options_are_those_of_up() {
        let (short, long) = (up(&["countersign", "--port", "1"]), up(&["countersign", "up", "--port", "1"]));
        assert_eq!((short.port, long.port), (1, 1));
    }

    #[test]
    fn parameters_follow_one_flag_or_one_each() {
        let line = [
            "countersign",
            "up",
            "--parameter-overrides",
            "A=1",
            "B=x=y",
            "--port",
            "1",
            "--parameter-overrides",
            "C=",
        ];
        let options = up(&line);
        let pairs = [("A", "1"), ("B", "x=y"), ("C", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!((options.parameter_overrides, options.port), (pairs.to_vec(), 1));
    }

    #[test]
    fn clients_takes_the_state_folder_as_up_does_and_knows_the_assistants() {
        let line = ["countersign", "clients", "vscode", "--state", "here"];
        let Command::Clients(options) = Arguments::parse_from(line).command() else { panic!() };
        let state = options.location.state().unwrap();
        assert_eq!((options.assistant, state), (Some(Assistant::VsCode), "here".into()));
        let error = Arguments::try_parse_from(["countersign", "clients", "emacs"]).unwrap_err().to_string();
        assert!(Assistant::ALL.iter().all(|assistant| error.contains(assistant.key())), "{error}");
    }

    #[test]
    fn an_event_without_arguments_has_none() {
        let line = ["countersign", "event", "ProfileFunction", "who_am_i", "--as", "alice"];
        let Command::Event(options) = Arguments::parse_from(line).command() else { panic!() };
        assert_eq!((options.account.as_deref(), options.arguments.len()), (Some("alice"), 0));
    }

    #[rstest]
    #[case::no_function(&[])]
    #[case::two_tools(&["F", "a", "b"])]
    #[case::a_list(&["F", "a", "--arguments", "[]"])]
    #[case::no_json(&["F", "a", "--arguments", "a=1"])]
    #[case::a_member_twice(&["F", "a", "--arguments", r#"{"a": 1, "a": 2}"#])]
    fn an_event_that_is_not_one_call_is_refused(#[case] words: &[&str]) {
        let line = [&["countersign", "event"], words].concat();
        assert_eq!(Arguments::try_parse_from(line).unwrap_err().exit_code(), 2);
    }

    #[rstest]
    #[case::nobody(&[])]
    #[case::an_issuer_alone(&["--issuer", "https://a.example"])]
    #[case::a_limit_alone(&["--before", "now"])]
    #[case::two_at_once(&["--subject", "a", "--client", "b"])]
    #[case::somebody_and_everybody(&["--subject", "a", "--all-before", "now"])]
    #[case::two_times(&["--all-before", "now", "--before", "now"])]
    #[case::a_session_and_a_time(&["--session", "a", "--before", "now"])]
    #[case::list_and_undo(&["--list", "--undo"])]
    #[case::list_of_somebody(&["--list", "--subject", "a"])]
    #[case::a_note_on_what_goes(&["--subject", "a", "--undo", "--note", "n"])]
    #[case::no_time(&["--all-before", "yesterday"])]
    #[case::here_and_on_aws(&["--list", "--stack", "a", "--state", "b"])]
    fn a_revocation_that_can_be_meant_in_two_ways_is_refused(#[case] words: &[&str]) {
        let line = [&["countersign", "revoke"], words].concat();
        assert_eq!(Arguments::try_parse_from(line).unwrap_err().exit_code(), 2);
    }

    #[rstest]
    #[case::longer_than_the_gateway_takes("90001")]
    #[case::never_valid("0")]
    #[case::no_number("1h")]
    fn an_access_token_that_would_be_refused_is_not_made(#[case] seconds: &str) {
        assert!(Arguments::try_parse_from(["countersign", "--access-token-ttl", seconds]).is_err());
    }

    #[test]
    fn an_access_token_is_valid_for_25_hours_at_most() {
        assert_eq!(up(&["countersign", "--access-token-ttl", "90000"]).access_token_ttl, 25 * 60 * 60);
    }

    #[rstest]
    #[case::up("up", true)]
    #[case::clients("clients", false)]
    #[case::revoke("revoke", false)]
    fn only_up_needs_what_stands_beside_the_template(#[case] command: &str, #[case] needs: bool) {
        let help = Arguments::try_parse_from(["countersign", command, "--help"]).unwrap_err().to_string();
        assert_eq!(help.contains("samconfig.toml`, the cargo"), needs, "{help}");
        assert_eq!(help.contains("Whose state folder is meant"), !needs, "{help}");
    }

    #[rstest]
    #[case::as_it_was_started(&[], "clients")]
    #[case::state(&["--state", "it's here"], r"clients --state 'it'\''s here'")]
    #[case::template(&["--template", "a/template.yaml"], "clients --template a/template.yaml")]
    fn a_command_that_is_shown_means_the_same_set_up(#[case] given: &[&str], #[case] end: &str) {
        let call = up(&[&["countersign"], given].concat()).location.call("clients");
        assert!(call.ends_with(&format!(" {end}")), "{call}");
    }

    #[test]
    fn a_template_that_is_not_there_has_no_state() {
        let options = up(&["countersign", "--template", "/nonexistent/template.yaml"]);
        assert!(options.location.state().unwrap_err().to_string().contains("/nonexistent/template.yaml"));
    }

    #[test]
    fn help_says_what_the_program_does() {
        let about = <Arguments as CommandFactory>::command().get_about().unwrap().to_string();
        assert!(about.contains("MCP tools behind AgentCore Gateway"), "{about}");
    }

    #[test]
    fn a_parameter_without_a_value_is_refused() {
        assert!(Arguments::try_parse_from(["countersign", "--parameter-overrides", "A"]).is_err());
    }
}
