// mcp-remote, between an assistant that speaks MCP over standard input and output, and the gateway.
//
// `mcp-remote.mjs printed`: as `countersign clients kiro-mcp-remote` prints it, in the variable PRINTED.
// `mcp-remote.mjs walk-through CLIENT_ID`: as AWS's walk-through configures Kiro, with a client that is registered
// already and the callback at port 3334.
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { until } from './http.mjs';
import * as row from './row.mjs';

const WALK_THROUGH_PORT = '3334';
const STATIC = '--static-oauth-client-info';
const PATIENCE = 60_000;

const [source, clientId] = process.argv.slice(2);
const folder = process.env.FOLDER;
const programs = path.join(folder, 'bin');
const settings = path.join(folder, 'mcp-auth');

const version = row.version('mcp-remote');
const parameters = source === 'printed' ? printed() : walkThrough();
const fixed = parameters.includes(STATIC);
const registration = fixed ? JSON.parse(parameters[parameters.indexOf(STATIC) + 1]).client_id : 'dynamic';

function printed() {
  const [{ args }] = Object.values(JSON.parse(process.env.PRINTED).mcpServers);
  const program = args.indexOf(`mcp-remote@${version}`);
  row.check(program !== -1, `${args} do not name the version that is tried here, ${version}`);
  return args.slice(program + 1);
}

function walkThrough() {
  const redirect_uris = [`http://localhost:${WALK_THROUGH_PORT}/oauth/callback`];
  const client = { client_id: clientId, redirect_uris, scope: 'openid profile email offline_access' };
  return [row.mcpUrl, WALK_THROUGH_PORT, STATIC, JSON.stringify(client)];
}

/** Starts it as an assistant does. Whatever it opens a browser with comes to the person: $BROWSER, or macOS's `open`. */
async function start() {
  const program = fileURLToPath(new URL('node_modules/mcp-remote/dist/proxy.js', import.meta.url));
  const passed = Object.entries(process.env).filter(([name]) => name === 'WIRE' || name.startsWith('PERSON_'));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', new URL('wire.mjs', import.meta.url).href, program, ...parameters],
    // Nothing of a desktop, where `open` would find another browser.
    env: {
      ...Object.fromEntries(passed),
      BROWSER: 'person',
      HOME: folder,
      MCP_REMOTE_CONFIG_DIR: settings,
      PATH: programs + path.delimiter + process.env.PATH,
    },
  });
  const client = new Client({ name: 'countersign-clients', version: '1.0.0' });
  const failure = await client.connect(transport, { timeout: PATIENCE }).then(() => undefined, (error) => error);
  return { client, transport, failure };
}

/** Ends it as a crash does. */
async function kill({ pid }) {
  const send = (signal) => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  };
  send('SIGTERM');
  await until('it ends', 5, () => !send(0)).catch(() => send('SIGKILL'));
}

/** It would only say that it waits. */
async function checkPort(port) {
  const server = net.createServer().listen(port, '127.0.0.1');
  const error = await new Promise((resolve) => server.once('listening', () => resolve()).once('error', resolve));
  row.check(!error, `its configuration needs port ${port}, and that cannot be had: ${error?.code}`);
  await new Promise((resolve) => server.close(resolve));
}

/** What it presents to the gateway, from where it keeps it. */
function accessToken() {
  const folder = path.join(settings, 'mcp-remote-v1');
  const file = readdirSync(folder).find((name) => name.endsWith('_tokens.json'));
  return JSON.parse(readFileSync(path.join(folder, file))).access_token;
}

row.introduce('mcp-remote', registration);
mkdirSync(programs);
for (const name of ['person', 'open']) symlinkSync(row.PERSON, path.join(programs, name));
if (fixed) await checkPort(parameters[1]);
const { client, transport, failure } = await start();
await row.discovers();
await row.signsIn(registration, fixed ? `//localhost:${parameters[1]}/oauth/callback` : '/oauth/callback');
await row.step('token', () => row.check(row.tokens().length, 'no token'));
await row.step('initialize', () => row.check(!failure, failure?.message));
await row.uses(client, accessToken);
await row.step('restart', async () => {
  await kill(transport);
  const again = await start();
  row.check(!again.failure, again.failure?.message);
  await row.calls(again.client);
  row.check(row.visits().length === 1, 'the person was asked again');
  await again.client.close();
});
row.protocol();
