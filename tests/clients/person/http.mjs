// A browser as far as two forms need one: redirects, cookies, hidden fields.
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 10_000;
const MAX_STEPS = 20;
const RELOADS = 20;

/** Goes from the address to the client's callback, and says which that is. */
export async function signIn(start, { account, decision }) {
  const choices = { account, decision };
  const cookies = new Map();
  let request = { url: start, method: 'GET' };
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { url } = request;
    if (!['127.0.0.1', 'localhost'].includes(url.hostname)) throw new Error(`${url.host} is not this machine`);
    // A client may open the browser a moment before it listens for the answer: then a person loads the page again.
    const response = await (url.origin === start.origin ? send(request, cookies) : again(() => send(request, cookies)));
    const location = response.headers.get('location');
    if (location) {
      request = { url: new URL(location, url), method: 'GET' };
      continue;
    }
    const text = await response.text();
    if (url.origin !== start.origin) {
      // The client's own page, which tells how it went.
      return url.origin + url.pathname;
    }
    request = submit(url, text, choices);
  }
  throw new Error(`no end after ${MAX_STEPS} steps`);
}

async function send({ url, method, body }, cookies) {
  const headers = { Accept: 'text/html' };
  // Cookies belong to a host with all its ports.
  const own = cookies.get(url.hostname) ?? new Map();
  cookies.set(url.hostname, own);
  if (own.size) headers.Cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
  if (body) headers.Origin = url.origin;
  const response = await fetch(url, { method, body, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
    if (/;\s*max-age=0/i.test(cookie)) own.delete(name);
    else own.set(name, value);
  }
  return response;
}

async function again(attempt) {
  for (let left = RELOADS; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!left) throw error;
      await pause(500);
    }
  }
}

/** The request that the page's form makes when the button of the choice is pressed. */
function submit(url, page, choices) {
  const form = /<form method="post" action="([^"]*)"/.exec(page);
  const buttons = [...page.matchAll(/<button name="([^"]*)" value="([^"]*)"/g)];
  const button = buttons.find(([, name, value]) => choices[name] === value);
  if (!form || !button) throw new Error(`${url.pathname} has no button for this person: ${heading(page)}`);
  const body = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    body.append(name, value);
  }
  body.append(button[1], button[2]);
  return { url: new URL(form[1], url), method: 'POST', body };
}

function heading(page) {
  return /<h1[^>]*>([^<]*)/.exec(page)?.[1] ?? page.slice(0, 200);
}
