// The official scenarios for authorization servers, with the person at the browser.
//
// The package needs Node 22. Where this one is older, that of an npm package runs it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { issuer } from './laptop.mjs';
import * as row from './row.mjs';

const SCENARIOS = ['authorization-server-metadata-endpoint', 'authorization-code-grant'];

const [client] = process.argv.slice(2);
const results = path.join(process.env.FOLDER, 'results');
const installed = (name) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

function node() {
  if (Number.parseInt(process.versions.node) >= 22) return process.execPath;
  const own = installed(`node-${process.platform}-${process.arch}/bin/node`);
  row.check(existsSync(own), `it needs Node 22, and this is ${process.version}`);
  return own;
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

row.introduce('@modelcontextprotocol/conformance', client);
const server = await issuer(row.mcpUrl);
const program = installed('@modelcontextprotocol/conformance/dist/index.js');
const port = await freePort();
const options = ['--url', server, '--client-id', client, '--resource', row.mcpUrl, '--port', port, '-o', results];
const suite = spawn(node(), [program, 'authorization', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
for await (const line of createInterface({ input: suite.stdout })) {
  // It prints where a person must go, and waits for minutes.
  if (line.startsWith(`${server}/`)) row.ask(line);
}
for (const scenario of SCENARIOS) {
  await row.step(scenario, () => {
    const folder = readdirSync(results).find((name) => name.startsWith(`authorization-server-${scenario}-`));
    row.check(folder, 'it did not run');
    const checks = JSON.parse(readFileSync(path.join(results, folder, 'checks.json')));
    const missed = checks.find(({ status }) => status !== 'SUCCESS');
    row.check(checks.length && !missed, `${missed?.status}: ${missed?.errorMessage ?? missed?.name}`);
    return `ok, ${checks.length} ${checks.length === 1 ? 'check' : 'checks'}`;
  });
}
