// The gateway and its identity provider, asked past the client.
import { send } from './http.mjs';

/** The tool that says who is calling. */
export const TOOL = 'profile___who_am_i';

/** The issuer that the gateway names. */
export async function issuer(mcpUrl) {
  return JSON.parse((await send(new URL('/.well-known/oauth-protected-resource', mcpUrl))).text).authorization_servers[0];
}

/** Who an account is to a tool: what the identity provider says in a token of its own. */
export async function subject(mcpUrl, account) {
  const url = `${await issuer(mcpUrl)}/token-for`;
  const { status, text } = await send(url, { method: 'POST', json: { account } });
  if (status !== 200) throw new Error(`${url} answers ${status}`);
  return JSON.parse(Buffer.from(JSON.parse(text).access_token.split('.')[1], 'base64url')).sub;
}

/** The status with which the gateway answers this token. */
export async function statusOf(mcpUrl, token) {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json, text/event-stream' };
  const json = { jsonrpc: '2.0', id: 1, method: 'ping' };
  return (await send(mcpUrl, { method: 'POST', headers, json })).status;
}
