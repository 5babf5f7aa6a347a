//! The Lambda function of the target `profile`.

use std::process::ExitCode;

use aws_clients::SecretsManager;
use environment::Environment;
use profile::WhoAmI;
use toolkit::Tools;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let secrets = SecretsManager::new(&Environment::of_process());
    toolkit::main(Tools::new().with(WhoAmI), secrets.map(SecretsManager::reader)).await
}
