// The official TypeScript SDK: `sdk.mjs v1|v2|v2-auto REGISTRATION [unregistered]`.
//
// REGISTRATION is `dynamic`, or the id of a client that is registered already. With `unregistered` the server is one that
// registers nobody.
import './wire.mjs';
import { randomUUID } from 'node:crypto';
import { listen } from './callback.mjs';
import * as row from './row.mjs';

const [line, registration, expected] = process.argv.slice(2);
const { name, finish, Client, StreamableHTTPClientTransport, UnauthorizedError } = await sdk();
const options = line === 'v2-auto' ? { versionNegotiation: { mode: 'auto' } } : {};

async function sdk() {
  if (line !== 'v1') {
    const finish = (transport, answer) => transport.finishAuth(answer);
    return { name: '@modelcontextprotocol/client', finish, ...(await import('@modelcontextprotocol/client')) };
  }
  const finish = (transport, answer) => transport.finishAuth(answer.get('code'));
  const modules = ['index', 'streamableHttp', 'auth'].map((file) => import(`@modelcontextprotocol/sdk/client/${file}.js`));
  return Object.assign({ name: '@modelcontextprotocol/sdk', finish }, ...(await Promise.all(modules)));
}

/** What the SDK leaves to its host: to keep things, and to open the browser. */
class Host {
  #state = randomUUID();

  constructor(redirectUri) {
    this.redirectUrl = redirectUri;
    this.clientMetadata = {
      client_name: `Test of ${name}`,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
    if (registration !== 'dynamic') this.client = { client_id: registration };
  }

  state = () => this.#state;
  clientInformation = () => this.client;
  saveClientInformation = (client) => void (this.client = client);
  tokens = () => this.kept;
  saveTokens = (tokens) => void (this.kept = tokens);
  redirectToAuthorization = (url) => row.ask(url);
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);
  codeVerifier = () => this.verifier;
  discoveryState = () => this.discovery;
  saveDiscoveryState = (discovery) => void (this.discovery = discovery);
}

async function connect() {
  const client = new Client({ name: 'countersign-clients', version: '1.0.0' }, options);
  const transport = new StreamableHTTPClientTransport(new URL(row.mcpUrl), { authProvider: host });
  return { client, transport, failure: await client.connect(transport).then(() => undefined, (error) => error) };
}

row.introduce(name, registration);
const { redirectUri, arrival } = await listen();
const host = new Host(redirectUri);
const { transport, failure } = await connect();
await row.discovers();
if (expected === 'unregistered') {
  await row.isNotRegistered(failure);
  process.exit();
}
row.check(failure instanceof UnauthorizedError, failure?.message);
await row.signsIn(registration, redirectUri);
const answer = await arrival;
await row.step('token', async () => {
  row.check(answer.get('state') === host.state(), 'the state is not the one that was sent');
  if (process.env.PERSON_DECISION === 'deny') {
    row.check(answer.get('error') === 'access_denied', `a denial is answered with ${answer.get('error')}`);
    return 'refused';
  }
  await finish(transport, answer);
  row.check(row.tokens().length === 1, 'no token');
});
if (process.env.PERSON_DECISION === 'deny') process.exit();
const { client, failure: refusal } = await connect();
await row.step('initialize', () => row.check(!refusal, refusal?.message));
await row.uses(client, () => host.kept.access_token);
await client.close();
row.protocol();
