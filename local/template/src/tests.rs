mod custom_resources;
mod references;
mod refusals;
mod resolution;
mod roles;
mod rules;
mod samconfig;
mod template;
mod user_pool;

use std::collections::BTreeMap;

use crate::{Error, Pseudo, Stack, Template};

/// A template that says no more than it must. The tests change one thing in it at a time.
const SMALLEST: &str = r#"Transform: AWS::Serverless-2016-10-31
Parameters:
  Url:
    Type: String
    AllowedPattern: https://.*
    ConstraintDescription: an https URL
  Level:
    Type: String
    AllowedValues: [low, high]
    Default: low
  Names:
    Type: CommaDelimitedList
    Default: one,two
Conditions:
  High: !Equals [!Ref Level, high]
Resources:
  Gateway:
    Type: AWS::BedrockAgentCore::Gateway
    Properties:
      Name: !Ref AWS::StackName
      RoleArn: arn:aws:iam::000000000000:role/gateway
      AuthorizerType: CUSTOM_JWT
      AuthorizerConfiguration:
        CustomJWTAuthorizer:
          DiscoveryUrl: !Ref Url
          AllowedScopes: [tools]
      InterceptorConfigurations:
        - Interceptor: { Lambda: { Arn: !GetAtt Function.Arn } }
          InterceptionPoints: [REQUEST]
  Target:
    Type: AWS::BedrockAgentCore::GatewayTarget
    Properties:
      GatewayIdentifier: !Ref Gateway
      Name: target
      CredentialProviderConfigurations: [{ CredentialProviderType: GATEWAY_IAM_ROLE }]
      MetadataConfiguration: { AllowedRequestHeaders: [Txn-Token] }
      TargetConfiguration:
        Mcp:
          Lambda:
            LambdaArn: !GetAtt Function.Arn
            ToolSchema:
              InlinePayload:
                - { Name: tool, Description: does it, InputSchema: { Type: object } }
  Function:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: function } }
    Properties:
      Handler: bootstrap
      Runtime: provided.al2023
      Environment: { Variables: { LEVEL: !Ref Level } }
Outputs:
  Out: { Value: text }
"#;

fn laptop() -> Pseudo {
    Pseudo {
        account_id: "000000000000".into(),
        partition: "aws".into(),
        region: "us-east-1".into(),
        stack_name: "countersign".into(),
        url_suffix: "amazonaws.com".into(),
    }
}

fn values<const N: usize>(values: [(&str, &str); N]) -> BTreeMap<String, String> {
    values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

const URL: (&str, &str) = ("Url", "https://example.com/.well-known/openid-configuration");

fn deploy(text: &str) -> Result<Stack, Error> {
    Template::parse("template.yaml", text)?.resolve(&values([URL]), &laptop())
}

/// [`SMALLEST`] with one thing changed.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(SMALLEST.matches(from).count(), 1, "{from}");
    SMALLEST.replace(from, to)
}

/// What the one output comes to when its value is this.
fn output(value: &str) -> Result<String, Error> {
    let stack = deploy(&changed("{ Value: text }", &format!("{{ Value: {value} }}")))?;
    Ok(stack.outputs()["Out"].clone())
}
