//! Amazon Bedrock AgentCore Gateway's contract as types, and the Lambda runtime loop that accepts it.
