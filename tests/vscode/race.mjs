// Types into a VS Code in a browser for tests/tools/race_editors.py: race.mjs URL TOOLS OPTIONS, the
// last a JSON object. Every change of the ghost text on the screen is recorded with its time; which
// of it is right is judged by the caller. Prints JSON of what was seen.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const [url, tools, options] = process.argv.slice(2);
const { file, ready, settleMs, warmUps, rounds, lookMs, typingMs, deadlineMs, typed, engine, pictures } = JSON.parse(options);
const { chromium } = createRequire(path.join(tools, 'package.json'))('playwright-core');
const WAIT = { timeout: 60_000 };
const context = await chromium.launchPersistentContext(fs.mkdtempSync(path.join(os.tmpdir(), 'hotseat-race-')), {
  executablePath: '/usr/bin/chromium',
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = context.pages()[0] ?? (await context.newPage());
await page.goto(url, WAIT);
await page.waitForSelector('.monaco-workbench .statusbar', WAIT);

// Another extension's page may take the focus while the list is open: asked again.
for (const until = Date.now() + WAIT.timeout; ; ) {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget .quick-input-box input');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: file }).first();
  const opened = await input.fill(file, { timeout: 5000 }).then(() => row.click({ timeout: 5000 })).then(() => true, () => false);
  if (opened) break;
  if (Date.now() > until) throw new Error(`${file} cannot be opened`);
}
await page.waitForSelector(`.tab.active[data-resource-name="${file}"]`, WAIT);
if (ready) {
  await page.waitForFunction((wanted) => document.querySelector('.statusbar')?.textContent.includes(wanted), ready, WAIT);
}
await page.waitForTimeout(settleMs);
// A page that an extension opens at its start may come at any time until it has settled.
for (const until = Date.now() + WAIT.timeout; ; ) {
  await page.locator(`.tab[data-resource-name="${file}"]`).first().click();
  const lines = page.locator('.editor-instance .monaco-editor .view-lines').first();
  if (await lines.click({ timeout: 3000 }).then(() => true, () => false)) break;
  if (Date.now() > until) throw new Error(`${file} does not come to the front`);
}
await page.keyboard.press('Control+End');

await page.evaluate(() => {
  const editor = [...document.querySelectorAll('.editor-instance .monaco-editor')].find((one) => one.offsetParent !== null);
  const text = (element) => (element?.textContent ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
  const shown = [];
  const keys = [];
  let wanted = null;
  function look() {
    const top = editor.querySelector('.cursors-layer .cursor')?.style.top;
    const line = [...editor.querySelectorAll('.view-lines > .view-line')].find((one) => one.style.top === top);
    if (line === undefined) return;
    const copy = line.cloneNode(true);
    // A ghost text's parts may be nested; the outermost have all of it.
    const parts = [...copy.querySelectorAll('[class*="ghost-text"]')].filter((one) => !one.parentElement.closest('[class*="ghost-text"]'));
    const ghost = parts.map(text).join('');
    for (const part of parts) part.remove();
    const now = { at: performance.now(), line: text(copy), ghost };
    const last = shown.at(-1);
    if (last === undefined || last.line !== now.line || last.ghost !== now.ghost) shown.push(now);
    if (wanted !== null && ghost !== '' && (wanted.line === null ? now.line.length > wanted.longerThan : now.line === wanted.line)) {
      const { done } = wanted;
      wanted = null;
      done(true);
    }
  }
  window.addEventListener('keydown', () => keys.push(performance.now()), true);
  new MutationObserver(look).observe(editor, { subtree: true, childList: true, characterData: true, attributeFilter: ['class', 'style'] });
  look();
  window.race = {
    seen: () => ({ shown, keys, endMs: performance.now() }),
    nKeys: () => keys.length,
    forget: () => { keys.length = 0; shown.splice(0, shown.length - 1); shown[0].at = performance.now(); },
    lineLength: () => shown.at(-1).line.length,
    ghostOn: (line, longerThan, deadline) => new Promise((resolve) => {
      wanted = { line, longerThan, done: resolve };
      setTimeout(() => { wanted = null; resolve(false); }, deadline);
    }),
  };
});

// Milliseconds of processor time so far: of the extension host, and of the language server with what
// it started.
function cpuMs() {
  const all = new Map();
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      all.set(Number(pid), { command, parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * 10 });
    } catch {} // it is gone
  }
  // The newest: other editors may run on this machine.
  const newest = (pattern) => Math.max(0, ...[...all].filter(([, one]) => pattern.test(one.command)).map(([pid]) => pid));
  const host = newest(/type=extensionHost/);
  const isBelow = (pid, root) => pid === root || (all.has(pid) && pid > 1 && isBelow(all.get(pid).parent, root));
  const servers = [...all].filter(([pid, one]) => pid !== host && isBelow(pid, host) && /hotseat/.test(one.command));
  return { editor: all.get(host)?.ms ?? 0, server: servers.reduce((sum, [, one]) => sum + one.ms, 0) };
}
const completions = async () => (await (await fetch(`${engine}/race`)).json()).completions;
async function newLine() {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Home');
}
// The number of the key, for which ghost text is awaited on that line, or on a longer one.
async function timedKey(key, line) {
  const [n, length] = await page.evaluate(() => [window.race.nKeys(), window.race.lineLength()]);
  const shown = page.evaluate(([wanted, longer, deadline]) => window.race.ghostOn(wanted, longer, deadline), [line, length, deadlineMs]);
  await page.keyboard.press(key);
  return { key: n, line, longerThan: length, isShown: await shown };
}

const asked = [], accepted = [];
let before;
for (let round = -warmUps; round < rounds; round += 1) {
  if (round === 0) {
    // The first rounds, in which the browser and the extensions compile what they run, do not count.
    before = { ...cpuMs(), completions: await completions() };
    await page.evaluate(() => window.race.forget());
    asked.length = accepted.length = 0;
  }
  await newLine();
  await page.keyboard.type('total = ');
  await page.waitForTimeout(800);
  const one = await timedKey('z', 'total = z');
  asked.push(one);
  if (one.isShown) {
    await page.waitForTimeout(lookMs);
    accepted.push(await timedKey('Tab', null));
    if (pictures && !accepted.at(-1).isShown) await page.screenshot({ path: path.join(pictures, `missed-${round}.png`) });
  }
  await newLine();
  await page.keyboard.type('x = ');
  for (const key of typed) {
    await page.keyboard.press(key);
    await page.waitForTimeout(typingMs);
  }
  await page.waitForTimeout(300);
}
const after = { ...cpuMs(), completions: await completions() };
const seen = await page.evaluate(() => window.race.seen());
await context.close();
const used = Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
console.log(JSON.stringify({ ...seen, asked, accepted, used }));
