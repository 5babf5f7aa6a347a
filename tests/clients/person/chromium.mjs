// Chromium without a window and without JavaScript, used with the keyboard alone.
import path from 'node:path';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const PATIENCE = 20_000;
const MAX_TABS = 30;

/** Goes from the address to the client's callback, and says which that is. */
export async function signIn(start, { account, decision, pictures }) {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('Chromium is not installed: `apt-get install chromium`, or name it with CHROMIUM');
  // Root has no sandbox, and Chromium does not start without one unless it is told to. It sees loopback only.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args, timeout: PATIENCE });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 900, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(start.href);
    await press(page, account, path.join(pictures, 'sign-in.png'));
    await page.waitForURL('**/consent?*');
    await press(page, decision, path.join(pictures, 'consent.png'));
    await page.waitForURL((url) => url.origin !== start.origin);
    const { origin, pathname } = new URL(page.url());
    return origin + pathname;
  } finally {
    await browser.close();
  }
}

/** Walks to the button with this value by Tab, takes the picture, and presses Enter. */
async function press(page, value, picture) {
  const focused = page.locator('button:focus');
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    await page.keyboard.press('Tab');
    if ((await focused.count()) && (await focused.getAttribute('value')) === value) {
      await page.screenshot({ path: picture });
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`${new URL(page.url()).pathname}: no button ${value} within ${MAX_TABS} presses of Tab`);
}
