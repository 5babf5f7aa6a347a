// Requests of the checks, which are not the client's.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 10_000;

/** The status of the answer, and its text. */
export async function send(url, { method = 'GET', headers = {}, json } = {}) {
  const request = http.request(url, { method, headers, agent: false, signal: AbortSignal.timeout(PATIENCE) });
  if (json) request.setHeader('Content-Type', 'application/json');
  request.end(json && JSON.stringify(json));
  const response = await new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
  const chunks = await response.setEncoding('utf8').toArray();
  return { status: response.statusCode, text: chunks.join('') };
}

/** Looks until `holds` does, at the longest for so many seconds. */
export async function until(what, seconds, holds) {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(500);
  }
}
