// Drives VS Code in a browser, as a person would: drive.mjs SCENARIO URL PICTURES TOOLS. Each step
// waits for what shows, never for a time, and leaves a picture. The last line printed is JSON of
// what was seen.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const [scenario, url, pictures, tools] = process.argv.slice(2);
const { chromium } = createRequire(path.join(tools, 'package.json'))('playwright-core');
fs.mkdirSync(pictures, { recursive: true });
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'hotseat-browser-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let page = context.pages()[0] ?? (await context.newPage());
const outside = new Set();
context.on('request', (request) => {
  const { hostname, protocol } = new URL(request.url());
  // A webview's files have a host's name that VS Code itself answers for.
  const isOwn = ['127.0.0.1', 'localhost'].includes(hostname) || hostname.endsWith('.vscode-resource.vscode-cdn.net');
  if (protocol.startsWith('http') && !isOwn) outside.add(hostname);
});
const WAIT = { timeout: Number(process.env.HOTSEAT_STEP_MS ?? 40_000) };
const seen = {};
const begun = Date.now();
let nPictures = 0;

async function step(name, run) {
  const what = await run();
  if (what !== undefined) seen[name] = what;
  console.log(`${((Date.now() - begun) / 1000).toFixed(1)} s  ${name}: ${JSON.stringify(what ?? 'done')}`);
  nPictures += 1;
  await page.screenshot({ path: path.join(pictures, `${String(nPictures).padStart(2, '0')}-${name.replaceAll(' ', '-')}.png`) });
}

// Found and read in one look: it may say something else a moment later.
async function statusSays(pattern, wait = WAIT) {
  const found = await page.waitForFunction((source) => new RegExp(source).exec(document.querySelector('.statusbar')?.textContent ?? '')?.[0], pattern.source, wait);
  return found.jsonValue();
}
const asks = () => page.locator('.quick-input-widget');
// A key that comes while the focus is on its way elsewhere is lost: pressed again, as people do.
async function pressUntilAsked(key) {
  for (const until = Date.now() + WAIT.timeout; Date.now() < until; ) {
    await page.keyboard.press(key);
    if (await asks().waitFor({ timeout: 3000 }).then(() => true, () => false)) return;
  }
  throw new Error(`${key} opened nothing`);
}
async function pick(text) {
  await asks().waitFor(WAIT);
  // Filled, not typed: keys go to whatever has the focus by then.
  await page.locator('.quick-input-widget .quick-input-box input').fill(text, { timeout: 5000 }).catch(() => {});
  const wanted = text.replace(/^>/, '').split(': ').at(-1);
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: wanted }).first();
  // A webview that loads takes the focus, and VS Code then closes the list before the click.
  // One that was opened before the extension had started never learns of its commands.
  if (!(await row.click({ timeout: 5000 }).then(() => true, () => false))) {
    await page.keyboard.press('Escape');
    await asks().waitFor({ ...WAIT, state: 'hidden' });
    return false;
  }
  // What comes next must not be typed into the one that is going away.
  await asks().waitFor({ ...WAIT, state: 'hidden' });
  return true;
}
async function pickAfter(key, text) {
  for (let n = 0; n < 6; n += 1) {
    await pressUntilAsked(key);
    if (await pick(text)) return;
  }
  throw new Error(`${text} is not in the list`);
}
const command = (title) => pickAfter('F1', title);
async function open(name) {
  await pickAfter('Control+P', name);
  await page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, WAIT);
  await page.locator('.editor-instance .monaco-editor .view-lines').first().click();
}
async function goTo(line) {
  await pressUntilAsked('Control+G');
  await page.keyboard.type(String(line));
  await page.keyboard.press('Enter');
  await asks().waitFor({ ...WAIT, state: 'hidden' });
  await page.keyboard.press('End');
}
const editorText = () => page.evaluate(() => [...document.querySelectorAll('.editor-instance .view-line')]
  .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((line) => line.textContent.replaceAll('\u00a0', ' ')).join('\n'));
async function editorSays(text) {
  await page.waitForFunction((wanted) => [...document.querySelectorAll('.editor-instance .view-line')]
    .some((line) => line.textContent.replaceAll('\u00a0', ' ').includes(wanted)), text, WAIT);
}
const GHOST = '[class*="ghost-text"]';
async function ghost() {
  await page.waitForSelector(GHOST, WAIT);
  return page.evaluate((selector) => [...document.querySelectorAll(selector)].map((part) => part.textContent.replaceAll('\u00a0', ' ')).join(''), GHOST);
}
const installs = () => page.locator('.notification-toast, .notifications-center').filter({ hasText: 'installing its server' }).first();
const notice = () => page.locator('.notification-toast .notification-list-item-message').filter({ hasText: 'Hotseat' });
async function pageOf(title, what) {
  for (const until = Date.now() + WAIT.timeout; Date.now() < until; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      const heading = frame.locator('h1', { hasText: title });
      if (await heading.count().catch(() => 0)) return frame;
    }
  }
  throw new Error(`${what} did not show`);
}
async function doctor() {
  await command('>Hotseat: Doctor');
  const frame = await pageOf('Hotseat doctor', "doctor's page");
  return frame.locator('body').innerText();
}
async function panel() {
  for (const until = Date.now() + WAIT.timeout; Date.now() < until; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      if (await frame.$('#question').catch(() => null)) return frame;
    }
  }
  throw new Error('the Ask panel did not show');
}
async function workbench(at = url) {
  await page.goto(at, WAIT);
  await page.waitForSelector('.monaco-workbench .statusbar', WAIT);
}
async function ask(frame, question) {
  await frame.locator('#context .chip').first().waitFor(WAIT); // its script runs
  await frame.locator('#question').fill(question);
  await frame.locator('#question').press('Enter');
}

// Processor time so far of the newest processes that these commands name.
function cpuMs() {
  const wanted = { server: /hotseat\0lsp/, 'extension host': /type=extensionHost/ };
  const found = {};
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).sort((a, b) => a - b)) {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      const name = Object.keys(wanted).find((key) => wanted[key].test(command));
      if (name) found[name] = (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {} // it is gone
  }
  return found;
}

// Percent of one core, once nobody has touched anything for a while; nothing where no time is given.
async function idle() {
  const idleMs = Number(process.env.HOTSEAT_IDLE_S) * 1000;
  if (idleMs === 0) return {};
  await page.waitForTimeout(35_000);
  const before = cpuMs();
  await page.waitForTimeout(idleMs);
  const after = cpuMs();
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, Math.round((10000 * (ms - before[name])) / idleMs) / 100]));
}

// From now on each key is timed: from the page's hearing of it to its ghost text in the page. Nothing
// is polled meanwhile: with few cores that would be in what is measured.
async function watchGhostText() {
  await goTo(4);
  await page.evaluate(({ selector, deadlineMs }) => {
    const editor = document.querySelector('.editor-instance');
    let typedMs, gone, tell;
    window.addEventListener('keydown', () => { typedMs = performance.now(); gone = false; }, true);
    new MutationObserver(() => {
      const there = editor.querySelector(selector) !== null;
      gone ||= !there;
      if (there && gone && typedMs !== undefined) {
        tell(performance.now() - typedMs);
        typedMs = undefined;
      }
    }).observe(editor, { subtree: true, childList: true, attributeFilter: ['class'] });
    window.untilGhostText = () => new Promise((resolve, reject) => {
      tell = resolve;
      setTimeout(() => reject(new Error('no ghost text')), deadlineMs);
    });
  }, { selector: GHOST, deadlineMs: WAIT.timeout });
}
// Where nothing is known ahead: ms of each.
async function timedKeys(nKeys) {
  const times = [];
  while (times.length < nKeys) {
    await page.waitForTimeout(400);
    const shown = page.evaluate(() => window.untilGhostText());
    await page.keyboard.press('x');
    times.push(await shown);
  }
  return times;
}

const scenarios = {
  // With tests/support/fake_hotseat.py as the server.
  async scripted() {
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('not downloaded', () => statusSays(/go → go not downloaded · 252 MB/));
    await step('download and cancel', async () => {
      const offer = page.locator('.notification-toast').filter({ hasText: 'Hotseat needs 2 models (504 MB)' });
      await offer.locator('.monaco-button', { hasText: /^Download$/ }).click(WAIT);
      const progress = page.locator('.notification-toast').filter({ hasText: 'go:1b, used by go (1 of 2): 60 of 120 MB, 50 %' });
      await progress.waitFor(WAIT);
      await statusSays(/go → downloading 50 %/);
      await progress.locator('.monaco-button', { hasText: 'Cancel' }).click(WAIT);
      await progress.waitFor({ ...WAIT, state: 'detached' });
      return statusSays(/go → go not downloaded/);
    });
    await step('download from the view', async () => {
      await command('>Hotseat: Show Experts');
      await page.locator('.pane-body .monaco-button', { hasText: 'Download Models' }).click(WAIT);
    });
    await step('status go', () => statusSays(/go → go in memory · 252 MB/));
    await step('ghost text', async () => {
      await open('main.go');
      await goTo(7);
      await page.keyboard.type('f');
      return ghost();
    });
    await step('list and ghost text', async () => {
      const list = page.locator('.editor-widget.suggest-widget.visible');
      await page.keyboard.press('Control+Space');
      await list.locator('.monaco-list-row').first().waitFor(WAIT);
      await page.locator(GHOST).first().waitFor({ ...WAIT, state: 'detached' });
      await page.keyboard.press('Escape');
      await list.waitFor({ ...WAIT, state: 'hidden' });
      return ghost();
    });
    await step('accept', async () => {
      await page.keyboard.press('Tab');
      await editorSays('fmt.Println(i)');
      return (await editorText()).includes('fmt.Println(i)');
    });
    await step('quiet for a language', async () => {
      const bell = page.locator('.statusbar .codicon-bell-slash');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await command('>Hotseat: Toggle Suggestions for This Language');
      await bell.waitFor(WAIT);
      await command('>Hotseat: Toggle Suggestions for This Language');
      await bell.waitFor({ ...WAIT, state: 'detached' });
      await pressUntilAsked('F1');
      await page.keyboard.type('>Hotseat: Snooze Suggestions', { delay: 5 });
      await rows.filter({ hasText: 'Snooze Suggestions' }).first().click(WAIT);
      await rows.filter({ hasText: '5 minutes' }).first().click(WAIT); // asked in the same place
      await asks().waitFor({ ...WAIT, state: 'hidden' });
      await bell.waitFor(WAIT);
      await command('>Hotseat: Snooze Suggestions');
      await bell.waitFor({ ...WAIT, state: 'detached' });
    });
    await step('menu', async () => {
      const bell = page.locator('.statusbar .codicon-bell-slash');
      const entry = page.locator('.statusbar [id="hotseat.hotseat.hotseat.status"] a, .statusbar-item', { hasText: 'go in memory' }).last();
      const choose = async (label) => {
        await entry.click(WAIT);
        await page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click(WAIT);
        await asks().waitFor({ ...WAIT, state: 'hidden' });
      };
      await choose('Suggestions off');
      await bell.waitFor(WAIT);
      const label = await page.locator('.statusbar [aria-label*="Suggestions are off"]').first().getAttribute('aria-label');
      await choose('Suggestions on');
      await bell.waitFor({ ...WAIT, state: 'detached' });
      return label;
    });
    await step('what would be sent', async () => {
      await command('>Hotseat: Show What Would Be Sent');
      await editorSays('package main // sent');
      await command('>View: Close Editor');
    });
    await step('experts.yaml', async () => {
      await command('>Hotseat: Open experts.yaml');
      await editorSays('# budget: 2GB');
    });
    await step('notebook', async () => {
      await pressUntilAsked('Control+P');
      await pick('sums.ipynb');
      const cell = page.locator('.notebookOverlay .cell-editor-container .view-lines').first();
      await cell.click(WAIT);
      await page.keyboard.press('End');
      await page.keyboard.type(' ');
      return ghost();
    });
    await step('switch to html', async () => {
      await open('index.html');
      return statusSays(/html → web in memory/);
    });
    await step('experts view', async () => {
      await command('>Hotseat: Show Experts');
      const rows = page.locator('.pane-body .monaco-list-row');
      await rows.filter({ hasText: 'web' }).first().waitFor(WAIT);
      return rows.allTextContents();
    });
    await step('pin', async () => {
      const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: 'in memory' }).first();
      await row.hover();
      await row.locator('.action-label.codicon-pin').click();
      await page.locator('.pane-body .monaco-list-row').filter({ hasText: 'pinned' }).first().waitFor(WAIT);
      return true;
    });
    await step('ask', async () => {
      await open('main.go');
      await statusSays(/go → go in memory/);
      await page.keyboard.press('Control+Alt+A'); // the first time in this window
      const frame = await panel();
      await frame.locator('#question:focus').waitFor(WAIT);
      await frame.locator('#context .chip', { hasText: 'main.go' }).waitFor(WAIT);
      seen['examples'] = await frame.locator('#examples button').allTextContents();
      await page.keyboard.type('what does it do?');
      await page.keyboard.press('Enter');
      await frame.locator('footer.done', { hasText: 'answered by go' }).waitFor(WAIT);
      return {
        bold: await frame.locator('.answer strong').textContent(),
        code: await frame.locator('.answer pre').textContent(),
        keywords: await frame.locator('.answer pre .keyword').allTextContents(),
        markup: await frame.locator('.answer b').count(),
        footer: await frame.locator('footer.done').textContent(),
      };
    });
    await step('ask without the file', async () => {
      const frame = await panel();
      await frame.locator('footer.done button.remove').click();
      await frame.locator('footer.done', { hasNotText: 'main.go' }).waitFor(WAIT);
      return frame.locator('article').count();
    });
    await step('ask again', async () => {
      const frame = await panel();
      await frame.locator('article').evaluate((article) => { article.dataset.old = 'yes'; });
      await frame.locator('footer.done button', { hasText: 'Ask again' }).click();
      await frame.locator('article:not([data-old]) footer.done').waitFor(WAIT);
      return frame.locator('article').allInnerTexts();
    });
    await step('change a question', async () => {
      const frame = await panel();
      await ask(frame, 'and then?');
      await frame.locator('article:nth-child(2) footer.done').waitFor(WAIT);
      await frame.locator('article:nth-child(2)').hover();
      await frame.locator('article:nth-child(2) .change').click();
      const box = frame.locator('#question');
      const text = await box.inputValue();
      await box.fill('and before?');
      await box.press('Enter');
      await frame.locator('article', { hasText: 'and before?' }).locator('.answer', { hasText: 'Turns brought: 1' }).waitFor(WAIT);
      return [text, ...(await frame.locator('.question').allTextContents())];
    });
    await step('export', async () => {
      await command('>Hotseat: Export Conversation');
      await editorSays('> and before?');
      const text = await editorText();
      await command('>View: Revert and Close Editor');
      await open('main.go');
      return text;
    });
    await step('stop', async () => {
      const frame = await panel();
      await ask(frame, 'please wait');
      await frame.locator('.answer', { hasText: 'half an answer' }).waitFor(WAIT);
      await frame.locator('#question').fill('and this?');
      await frame.locator('#question').press('Enter');
      await frame.locator('#said', { hasText: 'An answer is coming' }).waitFor(WAIT);
      await frame.locator('#question').fill('');
      await frame.locator('#stop').click();
      await frame.locator('footer.stopped').waitFor(WAIT);
      return frame.locator('footer.stopped').textContent();
    });
    await step('apply as a diff', async () => {
      const frame = await panel();
      const button = (name) => frame.locator('.codebar button', { hasText: name }).first();
      await button('Copy').click();
      await button('Copied').waitFor(WAIT);
      await button('Apply…').click(); // the answer to a question without a file
      await page.locator('.notification-toast', { hasText: 'not asked about a file' }).waitFor(WAIT);
      await ask(frame, 'what does it do?');
      await frame.locator('footer.done', { hasText: 'main.go' }).waitFor(WAIT);
      await open('index.html'); // it applies to what was asked about, not to what is in front
      await frame.locator('.codebar button', { hasText: 'Apply…' }).last().click();
      await page.locator('.tab.active', { hasText: 'main.go' }).waitFor(WAIT);
      await page.locator('.tab.active', { hasText: 'proposed by the answer' }).waitFor(WAIT);
      await command('>Hotseat: Reject Proposal');
      await page.locator('.tab', { hasText: 'proposed by' }).waitFor({ ...WAIT, state: 'detached' });
      return (await editorText()).includes('func answer');
    });
    await step('edit as a diff', async () => {
      await open('main.go');
      await goTo(3);
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.press('Control+Alt+E');
      await asks().filter({ hasText: 'edit selection' }).waitFor(WAIT);
      await page.keyboard.type('shout');
      await page.keyboard.press('Enter');
      await page.locator('.tab.active', { hasText: 'proposed by go' }).waitFor(WAIT);
    });
    await step('accept the edit', async () => {
      await page.keyboard.press('Control+Enter');
      await page.locator('.tab', { hasText: 'proposed by' }).waitFor({ ...WAIT, state: 'detached' });
      await editorSays('// shout');
      return (await editorText()).includes('// shout');
    });
    await step('recalled', async () => {
      await page.keyboard.press('Control+Alt+A');
      const frame = await panel();
      await ask(frame, 'what do you recall?');
      await frame.locator('.recalled summary').click(WAIT);
      await frame.locator('.recalled button', { hasText: 'Pin' }).click();
      await frame.locator('.recalled li.pinned').waitFor(WAIT);
      return frame.locator('.recalled').innerText();
    });
    await step('earlier conversation', async () => {
      await command('>Hotseat: New Conversation');
      const frame = await panel();
      await frame.locator('#earlier').click(WAIT);
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'Which port?' }).waitFor(WAIT);
      await page.keyboard.type('device', { delay: 5 });
      await rows.filter({ hasText: 'The printer has 5000.' }).click(WAIT);
      await frame.locator('article', { hasText: 'Which port?' }).waitFor(WAIT);
      return frame.locator('article').innerText();
    });
    await step('conversation after a reload', async () => {
      await command('>Developer: Reload Window');
      await workbench();
      await command('>Hotseat: Ask…');
      const frame = await panel();
      await frame.locator('article', { hasText: 'Which port?' }).waitFor(WAIT);
      return frame.locator('article').innerText();
    });
    await step('crash and heal', async () => {
      await command('>Hotseat: Ask…');
      const frame = await panel();
      await ask(frame, 'crash');
      await frame.locator('footer.failed').waitFor(WAIT);
      await statusSays(/go → go in memory/);
      await ask(frame, 'and now?');
      await frame.locator('.answer', { hasText: /Turns brought: [1-9]/ }).waitFor(WAIT);
      return frame.locator('footer.failed').textContent();
    });
  },

  // From the packed extension alone: it makes its own environment. Real server, engine and models:
  // what they say is not judged, only that they say it.
  // From a clean profile to the first suggestion: files are opened and text is typed, nothing else.
  async first() {
    const openedMs = Date.now();
    await step('workbench with the file', workbench);
    await step('open go', () => open('main.go'));
    await step('installing', async () => {
      await installs().waitFor(WAIT);
      return (Date.now() - openedMs) / 1000;
    });
    await step('ghost text', async () => {
      await goTo(7);
      // Typed on and on, as people do while a program installs something.
      for (const until = Date.now() + WAIT.timeout; Date.now() < until; ) {
        await page.keyboard.type('fmt.', { delay: 100 });
        if (await page.waitForSelector(GHOST, { timeout: 3000 }).then(() => true, () => false)) break;
        for (const _ of 'fmt.') await page.keyboard.press('Backspace');
      }
      return ghost();
    });
    await step('seconds', () => (Date.now() - openedMs) / 1000);
    await step('notifications', () => page.locator('.notification-toast .notification-list-item-message').allTextContents());
    await step('after the list', async () => {
      const list = page.locator('.editor-widget.suggest-widget.visible');
      await page.keyboard.press('Escape');
      await page.keyboard.press('End');
      // A small model has nothing to suggest at some places.
      for (const begun of ['fm', 'fo', 'pri', 'fun']) {
        await page.keyboard.press('Enter');
        await page.keyboard.type(begun, { delay: 100 });
        if (!(await list.isVisible())) await page.keyboard.press('Control+Space');
        await list.locator('.monaco-list-row').first().waitFor(WAIT);
        await page.keyboard.press('Escape');
        await list.waitFor({ ...WAIT, state: 'hidden' });
        if (await page.waitForSelector(GHOST, { timeout: 8000 }).then(() => true, () => false)) return ghost();
      }
      return '';
    });
  },

  // For tests/tools/picture_vscode.py: light and dark pictures, of a server with real models.
  async pictures() {
    await page.setViewportSize({ width: 1000, height: 640 });
    const picture = async (name) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const looks = colorScheme === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs';
        await page.waitForSelector(looks, WAIT);
        await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}.png`) });
      }
    };
    await workbench();
    await open('main.go');
    await statusSays(/go → go in memory/);
    await goTo(7);
    await page.keyboard.type('fmt.', { delay: 50 });
    seen['ghost text'] = await ghost();
    await picture('vscode-suggestion');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+S');
    await command('>Notifications: Clear All Notifications');
    await page.keyboard.press('Control+Alt+A');
    const frame = await panel();
    await ask(frame, process.argv[6]);
    await frame.locator('article footer:not(.streaming)').waitFor(WAIT);
    seen.answer = await frame.locator('article').allInnerTexts();
    await frame.locator('#question').blur();
    await picture('vscode-ask');
  },

  // The window is reloaded so many milliseconds after it began to install its server.
  async reload() {
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('installing', () => installs().waitFor(WAIT));
    await page.waitForTimeout(Number(process.env.HOTSEAT_RELOAD_MS));
    await step('before', () => page.locator('.statusbar').textContent());
    const reloadedMs = Date.now();
    await step('reloaded', async () => {
      await page.reload(WAIT);
      await page.waitForSelector('.monaco-workbench .statusbar', WAIT);
    });
    await step('in memory', () => statusSays(/go → go in memory/, { timeout: 300_000 }));
    await step('seconds', () => (Date.now() - reloadedMs) / 1000);
    await step('notifications', () => page.locator('.notification-toast .notification-list-item-message').allTextContents());
  },

  async fresh() {
    await step('workbench', workbench);
    const openedMs = Date.now();
    await step('open go', () => open('main.go'));
    await step('installed', () => statusSays(/go → go (in memory|not in memory|loading)/, { timeout: 240_000 }));
    await step('in memory', () => statusSays(/go → go in memory/, { timeout: 90_000 }));
    await step('ghost text', async () => {
      await goTo(7);
      await page.keyboard.type('fmt.', { delay: 50 });
      return ghost();
    });
    seen['seconds to ghost text'] = (Date.now() - openedMs) / 1000;
    await step('accept', async () => {
      const suggested = (await ghost()).split('\n').map((line) => line.trim()).find(Boolean);
      await page.keyboard.press('Tab');
      await editorSays(suggested);
      return suggested;
    });
    await step('switch to html', async () => {
      await open('index.html');
      return statusSays(/html → web in memory/, { timeout: 90_000 });
    });
    await step('experts view', async () => {
      await command('>Hotseat: Show Experts');
      const rows = page.locator('.pane-body .monaco-list-row');
      await rows.filter({ hasText: 'web' }).first().waitFor(WAIT);
      return rows.allTextContents();
    });
    await step('ask', async () => {
      await open('main.go');
      await statusSays(/go → go in memory/, { timeout: 90_000 });
      await command('>Hotseat: Ask…');
      const frame = await panel();
      await ask(frame, 'What does this program print?');
      await frame.locator('article footer:not(.streaming)').waitFor({ timeout: 90_000 });
      return frame.locator('article').allInnerTexts();
    });
    await step('edit', async () => {
      await open('main.go');
      await goTo(7);
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.press('Control+Alt+E');
      await asks().filter({ hasText: 'edit selection' }).waitFor(WAIT);
      await page.keyboard.type('print the square of i');
      await page.keyboard.press('Enter');
      const diff = page.locator('.tab.active', { hasText: 'proposed by' });
      await diff.or(page.locator('.notification-toast', { hasText: /Hotseat: (?!editing)/ })).first().waitFor({ timeout: 120_000 });
      if (!(await diff.count()))
        return page.locator('.notification-toast .notification-list-item-message').allTextContents();
      const title = await diff.textContent();
      await command('>Hotseat: Reject Proposal');
      await diff.waitFor({ ...WAIT, state: 'detached' });
      return title;
    });
    await step('engine killed', () => {
      process.kill(JSON.parse(fs.readFileSync(process.env.HOTSEAT_ENGINE, 'utf8')).pid, 'SIGKILL');
      return statusSays(/go → (no engine|engine starts|go (not in memory|loading))/);
    });
    await step('engine healed', () => statusSays(/go → go in memory/, { timeout: 90_000 }));
    await step('ghost text again', async () => {
      await open('main.go');
      await goTo(3);
      await page.keyboard.type('\nvar total =', { delay: 50 });
      return ghost();
    });
  },

  // The same as the end of `timing`, in a VS Code without the extension.
  async idling() {
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('idle', idle);
  },

  // For tests/tools/time_editors.py: key to ghost text, by turns with that of a VS Code alone (at
  // HOTSEAT_ALONE_URL); activation as VS Code says it; idling.
  async timing() {
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('status go', () => statusSays(/go → go in memory/));
    await step('watch', watchGhostText);
    const [ours, alone] = [page, await context.newPage()];
    page = alone;
    await step('workbench alone', () => workbench(process.env.HOTSEAT_ALONE_URL));
    await step('open go alone', () => open('main.go'));
    await step('watch alone', watchGhostText);
    const times = { ours: [], alone: [] };
    while (times.ours.length < Number(process.env.HOTSEAT_KEYS)) {
      for (const [name, its] of Object.entries({ alone, ours })) {
        page = its;
        await page.bringToFront();
        times[name].push(...await timedKeys(10));
      }
    }
    await step('keys', () => times);
    await alone.close();
    await step('idle', idle);
    await step('activation', async () => {
      await command('>Developer: Show Running Extensions');
      const row = page.locator('.runtime-extensions-editor .monaco-list-row, .editor-instance .monaco-list-row').filter({ hasText: 'Hotseat' }).first();
      await row.waitFor(WAIT);
      return Number((await row.textContent()).match(/(\d+)ms/)[1]);
    });
  },

  // A workspace whose roster wants another budget than the person's.
  async trust() {
    const memory = page.locator('.pane-body .monaco-list-row', { hasText: 'Memory' }).first();
    await step('workbench', workbench);
    await step('restricted', async () => {
      await open('main.go');
      await statusSays(/Restricted Mode/);
      await statusSays(/go → go in memory/);
      await command('>Hotseat: Show Experts');
      await memory.waitFor(WAIT);
      return memory.textContent();
    });
    await step('code actions', async () => {
      await open('main.go');
      await goTo(3);
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.press('Control+.');
      const menu = page.locator('.action-widget');
      await menu.locator('.monaco-list-row', { hasText: 'Hotseat: explain' }).waitFor(WAIT);
      const rows = await menu.locator('.monaco-list-row', { hasText: 'Hotseat' }).allTextContents();
      await page.keyboard.press('Escape');
      return rows;
    });
    await step('trusted', async () => {
      await command('>Workspaces: Manage Workspace Trust');
      await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ }).first().click(WAIT);
      await memory.filter({ hasText: 'of 333 MB' }).waitFor(WAIT);
      return memory.textContent();
    });
  },

  // With tests/support/fake_hotseat.py as the server.
  async walkthrough() {
    const stepOf = (id) => page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
    const expand = async (id) => {
      const its = stepOf(id);
      if (!(await its.evaluate((element) => element.classList.contains('expanded')))) await its.click();
      await page.locator(`.getting-started-step.expanded[data-step-id$="#${id}"]`).waitFor(WAIT);
      return its;
    };
    const press = async (id, button) => (await expand(id)).locator('.monaco-button', { hasText: button }).click(WAIT);
    const checked = (id) => page.locator(`.getting-started-step[data-step-id$="#${id}"] .codicon.complete`).waitFor(WAIT);
    const back = () => page.locator('.tab', { hasText: 'Welcome' }).first().click(WAIT);
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('status go', () => statusSays(/go → go in memory/));
    await step('walkthrough', async () => {
      await pressUntilAsked('F1');
      await page.keyboard.type('>Welcome: Open Walkthrough', { delay: 5 });
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'Open Walkthrough' }).first().click(WAIT);
      await rows.filter({ hasText: 'Get Started with Hotseat' }).first().click(WAIT); // asked in the same place
      await stepOf('doctor').waitFor(WAIT);
    });
    const titles = [];
    for (const [id, heading] of [['doctor', 'What Hotseat needs'], ['pull', 'Models'], ['type', 'Suggestions'], ['experts', 'Experts'], ['ask', 'Ask and edit']]) {
      await step(`page ${id}`, async () => {
        const its = await expand(id);
        await pageOf(heading, `the page of ${id}`);
        titles.push(await its.locator('.step-title').textContent());
      });
    }
    await step('titles', () => titles);
    await step('doctor', async () => {
      await press('doctor', 'Run the Doctor');
      return (await pageOf('Hotseat doctor', "the doctor's page")).locator('body').innerText();
    });
    await step('doctor checked', async () => {
      await back();
      await checked('doctor');
    });
    await step('pull', async () => {
      await press('pull', 'Download Models');
      await notice().filter({ hasText: 'all models are on this machine' }).waitFor(WAIT);
      const said = await notice().allTextContents();
      await open('index.html');
      return said;
    });
    await step('experts', async () => {
      await back();
      await checked('pull');
      await press('experts', 'Show Experts');
      await page.locator('.pane-body .monaco-list-row').filter({ hasText: 'web' }).first().waitFor(WAIT);
    });
    await step('ask', async () => {
      await press('ask', 'Ask');
      return (await panel()).locator('#question').count();
    });
    await step('all checked', async () => {
      for (const id of ['doctor', 'pull', 'experts', 'ask']) await checked(id);
    });
  },

  async broken() {
    await step('workbench', workbench);
    await step('told', async () => {
      await notice().first().waitFor(WAIT);
      await statusSays(/Hotseat has no server/);
      return notice().allTextContents();
    });
  },

  // Hotseat can write nowhere, and there is no engine.
  async readonly() {
    await step('workbench', workbench);
    await step('open go', () => open('main.go'));
    await step('status', () => statusSays(/go → no engine/));
    await step('told', async () => {
      await notice().first().waitFor(WAIT);
      return notice().allTextContents();
    });
    await step('doctor', doctor);
    await step('ask', async () => {
      await open('main.go');
      await command('>Hotseat: Ask…');
      const frame = await panel();
      await ask(frame, 'What does it do?');
      await frame.locator('article footer:not(.streaming)').waitFor(WAIT);
      return frame.locator('article').allInnerTexts();
    });
    await step('log', async () => {
      await command('>Hotseat: Show Log');
      await page.locator('.panel .view-line').first().waitFor(WAIT);
      return page.locator('.panel .view-lines').allInnerTexts();
    });
  },
};

try {
  await scenarios[scenario]();
} catch (error) {
  console.log('FAILED', error.message);
  await page.screenshot({ path: path.join(pictures, 'failed.png') });
  await command('>Hotseat: Show Experts').catch(() => undefined);
  console.log(await page.locator('.pane-body .monaco-list-row').allTextContents());
  process.exitCode = 1;
}
await context.close();
fs.rmSync(profile, { recursive: true, force: true });
console.log(JSON.stringify({ ...seen, outside: [...outside] }));
