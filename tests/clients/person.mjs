#!/usr/bin/env node
// A person at a browser: `person.mjs URL`, wherever a client would open one.
//
//   PERSON_ACCOUNT   the account they choose
//   PERSON_DECISION  `allow` or `deny`
//   PERSON_BROWSER   `http`, which does what a browser does with two forms; or `chromium`
//   PERSON_LOG       a line of JSON for each time they are asked: by whom, and where they ended
//   PERSON_PICTURES  the folder for what Chromium shows
import { appendFileSync } from 'node:fs';

const { PERSON_ACCOUNT: account, PERSON_DECISION: decision, PERSON_BROWSER: browser } = process.env;
const { PERSON_LOG: log, PERSON_PICTURES: pictures } = process.env;

const url = new URL(process.argv[2]);
const asked = url.searchParams;
const visit = { client_id: asked.get('client_id'), redirect_uri: asked.get('redirect_uri'), scope: asked.get('scope') };

// A client that fails here waits for its callback in vain, so the reason is kept where the check finds it.
try {
  const { signIn } = await import(`./person/${browser}.mjs`);
  visit.arrived = await signIn(url, { account, decision, pictures });
} catch (error) {
  console.error(error);
  visit.failed = error.message.split('\n')[0];
  process.exitCode = 1;
}
appendFileSync(log, `${JSON.stringify(visit)}\n`);
