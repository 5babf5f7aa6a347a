// One client, step by step: what `cargo xtask clients` shows as a row of its table.
//
// Standard output is for xtask alone: a line of JSON for each fact. What a client did is read from its wire (wire.mjs),
// from the person whom it asked (person.mjs), and from what the tool answers; never from the client's word.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { send, until } from './http.mjs';
import { TOOL, issuer, statusOf, subject } from './laptop.mjs';

export const mcpUrl = process.env.MCP_URL;
export const PERSON = fileURLToPath(new URL('person.mjs', import.meta.url));

/** In seconds. A gateway grants a token a minute or more after its end, for two clocks. */
const UNTIL_EXPIRED = 150;

let current;

process.on('uncaughtException', (error) => {
  console.error(error);
  say({ step: current, failed: error.message.split('\n')[0] });
  process.exit(1);
});

function say(fact) {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

export function check(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** Does a step and says how it went: `ok`, unless the action says otherwise. */
export async function step(name, action) {
  current = name;
  say({ step: name, result: (await action()) ?? 'ok' });
  current = undefined;
}

/** The version of a package as it is installed. */
export function version(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}

/** Says which client this is. REGISTRATION is `dynamic`, or the id of a client that is registered already. */
export function introduce(name, registration) {
  const kind = registration === 'dynamic' ? registration : 'pre-registered';
  say({ client: name, version: version(name), registration: kind });
}

/** Asks the person, as a client does: it opens a browser and goes on. */
export function ask(url) {
  const person = spawn(process.execPath, [PERSON, String(url)], { stdio: ['ignore', 'ignore', 'inherit'] });
  person.once('exit', (code) => check(code === 0, visits().at(-1)?.failed));
}

/** Every exchange of the client so far. */
function wire() {
  return lines(process.env.WIRE);
}

/** Every time so far that the person was asked. */
export function visits() {
  return lines(process.env.PERSON_LOG);
}

function lines(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
}

let server;

/** The gateway refuses, and says where the metadata is. */
export async function discovers() {
  await step('401', () => {
    const first = wire().find(({ method, url }) => method === 'POST' && url === mcpUrl);
    check(first?.status === 401, `the gateway's first answer is ${first?.status}`);
  });
  await step('metadata', async () => {
    const found = wire().filter(({ method, status }) => method === 'GET' && status === 200);
    const at = (origin, path) => found.find(({ url }) => url.startsWith(origin) && path.test(url))?.url;
    const resource = at(new URL(mcpUrl).origin, /\/\.well-known\/oauth-protected-resource/);
    check(resource, 'it has not read the protected resource metadata');
    const document = at(await issuer(mcpUrl), /\/\.well-known\/(oauth-authorization-server|openid-configuration)/);
    check(document, 'it has not read the metadata of the authorization server');
    server = JSON.parse((await send(document)).text);
  });
}

/** Registrations that succeeded. */
function registrations() {
  return posts(server.registration_endpoint).filter(({ status }) => status === 201);
}

/** Tokens that the client was given: one for a code, later ones for a refresh token. */
export function tokens() {
  return posts(server.token_endpoint).filter(({ status }) => status === 200);
}

function posts(endpoint) {
  return wire().filter(({ method, url }) => method === 'POST' && url === endpoint);
}

/** Its registration is refused, and it asks nobody. */
export async function isNotRegistered(failure) {
  await step('register', () => {
    check(failure, 'it connected');
    console.error(failure.message);
    check(!registrations().length && !visits().length && !tokens().length, `it went on after: ${failure.message}`);
    return 'refused';
  });
}

/** The person is asked once, by a client of this kind, and sent back to its callback: an address with this end. */
export async function signsIn(registration, callback) {
  await step('register', () => {
    const count = registrations().length;
    check(count === (registration === 'dynamic' ? 1 : 0), `it registered ${count} times`);
    return count ? 'ok' : '-';
  });
  await step('sign-in', async () => {
    // The person still looks at the client's page when the client has gone on.
    await until('the person comes to an end', 60, () => visits().length);
    const [visit, ...others] = visits();
    check(!others.length, 'the person was asked more than once');
    check(visit.arrived && visit.arrived === visit.redirect_uri, visit.failed ?? `they arrived at ${visit.arrived}`);
    check(visit.redirect_uri.endsWith(callback), `their way back is ${visit.redirect_uri}`);
    if (registration !== 'dynamic') check(visit.client_id === registration, `they were asked by ${visit.client_id}`);
  });
}

/** From the list of the tools through the end of the token to the next call. `token` is the client's at that moment. */
export async function uses(client, token) {
  await step('list', async () => {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    check(names.length === 1 && names[0] === TOOL, `the tools are ${names}`);
  });
  await step('call', () => calls(client));
  const [first, before] = [await token(), tokens().length];
  await step('expired', () => {
    return until('the gateway refuses the token', UNTIL_EXPIRED, async () => (await statusOf(mcpUrl, first)) === 401);
  });
  const failure = await calls(client).then(() => undefined, (error) => error);
  await step('refresh', async () => {
    check(tokens().length > before && (await token()) !== first, `it has no new token: ${failure?.message}`);
    check(visits().length === 1, 'the person was asked again');
  });
  await step('call again', () => check(!failure, failure?.message));
}

/** The tool says who is calling: the person who signed in. */
export async function calls(client) {
  const { isError, content } = await client.callTool({ name: TOOL, arguments: {} });
  check(!isError, content[0].text);
  const account = process.env.PERSON_ACCOUNT;
  const expected = await subject(mcpUrl, account);
  check(JSON.parse(content[0].text).subject === expected, `the tool was told of somebody else than ${account}`);
}

/** Says which version of the protocol the client spoke at last. */
export function protocol() {
  say({ protocol: wire().findLast(({ version }) => version)?.version });
}
