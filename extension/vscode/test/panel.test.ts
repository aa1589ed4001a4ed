import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { contentSecurityPolicy, page } from '../src/panel/page.ts';
import { asMarkdown } from '../src/pure/exported.ts';
import { fail, finish, grow, history, stop, Transcripts } from '../src/pure/transcript.ts';
import { waitingWords } from '../src/pure/waiting.ts';
import { Wish } from '../src/pure/wish.ts';

const PARTS = {
  script: 'vscode-resource:/panel.js',
  style: 'vscode-resource:/panel.css',
  cspSource: 'vscode-resource:',
  nonce: 'abc',
};

test('the question box gets the focus from a page that was not there yet, and once only', () => {
  let sent = 0;
  const toFocus = new Wish(() => (sent += 1));
  toFocus.pageReady();
  assert.equal(sent, 0, 'not wanted');
  toFocus.make(); // the page is being made and does not listen yet
  toFocus.pageReady();
  assert.equal(sent, 2);
  toFocus.drop(); // it has it
  toFocus.pageReady(); // the panel was hidden and shown again
  assert.equal(sent, 2);
  toFocus.make();
  assert.equal(sent, 3);
});

test('the page lets in one script and nothing from elsewhere', () => {
  const policy = contentSecurityPolicy(PARTS);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'nonce-abc'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.equal(page(PARTS).match(/<script/g)?.length, 1);
  assert.doesNotMatch(page(PARTS), / on\w+=|style="/);
});

test('everything to press or fill in has a name for screen readers', () => {
  const html = page(PARTS);
  for (const [control, id] of html.matchAll(/<(?:textarea|select)[^>]*id="(\w+)"[^>]*>/g)) {
    assert.match(html, new RegExp(`for="${id}"`), control);
  }
  for (const [, attributes, label] of html.matchAll(/<button([^>]*)>([^<]*)</g)) {
    assert.ok(attributes?.includes('aria-label') || /\w/.test(label ?? ''), attributes);
  }
  assert.match(html, /role="log"[^>]*aria-live="polite"/);
});

test('nodes are made from text only: no source of the page sets HTML', () => {
  for (const name of ['view', 'render', 'recalled', 'shownParts', 'turnFooter']) {
    const source = readFileSync(new URL(`../src/panel/${name}.ts`, import.meta.url), 'utf8');
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser/);
  }
});

const RESULT = {
  conversation: 'c1',
  answer: 'whole',
  contributions: [
    { expert: 'go', language: 'go', text: 'wh' },
    { expert: 'go', language: 'go', text: 'ole' },
  ],
  sources: [
    {
      uri: 'file:///a.go',
      range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
    },
  ],
};

test('an answer grows, ends, and says who gave it', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  assert.equal(grow(transcripts.current, turn, { text: 'wh' }), false);
  assert.deepEqual([turn.answer, turn.state], ['wh', 'streaming']);
  finish(transcripts.current, turn, RESULT);
  assert.deepEqual([turn.answer, turn.state, turn.experts], ['whole', 'done', ['go']]);
  assert.equal(transcripts.current.id, 'c1');
});

test('a question is asked once more in place of its answer', () => {
  const transcripts = new Transcripts();
  const first = transcripts.ask('why?');
  assert.equal(transcripts.again(), undefined);
  finish(transcripts.current, first, RESULT);
  const again = transcripts.again();
  assert.deepEqual([again?.question, again?.answer, again?.state], ['why?', '', 'streaming']);
  assert.deepEqual(transcripts.current.turns, [again]);
});

test('what was streamed stays when it is stopped, and nothing comes after', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  grow(transcripts.current, turn, { text: 'half', conversation: 'c7' });
  stop(turn);
  grow(transcripts.current, turn, { text: ' more' });
  assert.equal(transcripts.current.id, 'c7');
  assert.deepEqual([turn.answer, turn.state], ['half', 'stopped']);
  const other = transcripts.ask('again?');
  fail(other, 'no engine');
  assert.deepEqual([other.state, other.problem], ['failed', 'no engine']);
});

test('another expert begins again, and the note says what the request waits for', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  assert.equal(grow(transcripts.current, turn, { note: 'go is loading' }), true);
  assert.equal(turn.note, 'go is loading');
  grow(transcripts.current, turn, { expert: 'go', note: '', text: 'a' });
  assert.equal(grow(transcripts.current, turn, { expert: 'general', text: 'b' }), true);
  assert.deepEqual([turn.answer, turn.experts, turn.note], ['b', ['general'], '']);
});

test('history: older conversations can be opened and gone on with', () => {
  const transcripts = new Transcripts();
  finish(transcripts.current, transcripts.ask('first'), RESULT);
  transcripts.begin();
  transcripts.begin();
  transcripts.ask('second');
  assert.deepEqual(
    transcripts.titles().map((entry) => entry.title),
    ['second', 'first'],
  );
  transcripts.open(transcripts.titles()[1]!.index);
  assert.equal(transcripts.current.id, 'c1');
});

test('after a restart of the server a conversation keeps its name, and brings its turns', () => {
  const transcripts = new Transcripts();
  finish(transcripts.current, transcripts.ask('first'), RESULT);
  transcripts.forgetServer();
  const { current } = transcripts;
  assert.equal(current.id, 'c1', 'remembered as one conversation');
  const next = transcripts.ask('second');
  assert.equal(history(current, next).length, 1);
  grow(current, next, { conversation: 'c1' });
  assert.deepEqual(history(current, transcripts.ask('third')), [], 'once');
});

test('the next question brings the turns that a new server does not know', () => {
  const transcripts = new Transcripts();
  const { current } = transcripts;
  finish(current, transcripts.ask('first'), RESULT);
  const second = transcripts.ask('second');
  assert.deepEqual(history(current, second), [], 'the server knows them');
  grow(current, second, { text: 'half' });
  stop(second);
  fail(transcripts.ask('third'), 'the server ended');
  transcripts.forgetServer();
  assert.deepEqual(history(current, transcripts.ask('fourth')), [
    { question: 'first', answer: 'whole' },
    { question: 'second', answer: 'half' },
  ]);
});

test('the seconds of waiting are shown until the first word', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  assert.equal(waitingWords(turn.note, turn.waitedS), 'waiting for the first word…');
  grow(transcripts.current, turn, { note: 'go is loading' });
  grow(transcripts.current, turn, { waitedS: 3 });
  assert.equal(waitingWords(turn.note, turn.waitedS), 'go is loading, 3 s');
  grow(transcripts.current, turn, { text: 'So' });
  assert.equal(turn.waitedS, 0);
});

test('a conversation is begun in one place: the title of the view', () => {
  assert.doesNotMatch(page(PARTS), /new conversation/i);
});

test('in high contrast everything to press or fill in has a border', () => {
  const css = readFileSync(new URL('../media/panel.css', import.meta.url), 'utf8');
  for (const selector of ['select', 'textarea', 'button', 'button.quiet', 'button.chip', '.code']) {
    const rule = css.split('}').find((one) => one.split('{')[0]?.trim() === selector) ?? '';
    assert.match(rule, /border(-color)?: .*--vscode-contrastBorder/, selector);
  }
});

test('an earlier conversation is shown again, and goes on under its id', () => {
  const transcripts = new Transcripts();
  finish(transcripts.current, transcripts.ask('first'), RESULT);
  const answers = [{ question: 'which port?', answer: '5050', experts: ['go'] }];
  transcripts.reopen('c0', answers);
  const { current } = transcripts;
  assert.equal(current.id, 'c0');
  const [turn] = current.turns;
  assert.deepEqual([turn?.question, turn?.answer, turn?.state], ['which port?', '5050', 'done']);
  assert.deepEqual(history(current, transcripts.ask('why?')), [], 'the server knows the turns');
  transcripts.reopen('c1', answers);
  assert.equal(transcripts.current.turns[0]?.question, 'first', 'it was here already');
  assert.equal(transcripts.titles().length, 2);
});

test('a reopened conversation brings its turns to a server that was started after it', () => {
  const transcripts = new Transcripts();
  transcripts.reopen('c0', [
    { question: 'which port?', answer: '5050', experts: ['go'] },
    { question: 'forgotten?', answer: '', experts: [] },
  ]);
  transcripts.forgetServer();
  assert.deepEqual(history(transcripts.current, transcripts.ask('why?')), [
    { question: 'which port?', answer: '5050' },
  ]);
});

test('an answer keeps what it recalled, if the server says so', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  finish(transcripts.current, turn, RESULT);
  assert.deepEqual(turn.notes, []);
  const note = { text: 'Port 5050', turn: 3, fact: null };
  finish(transcripts.current, turn, { ...RESULT, recalled: [note] });
  assert.deepEqual(turn.notes, [{ ...note, state: 'recalled' }]);
  assert.equal(transcripts.turn(turn.id), turn);
  transcripts.begin();
  assert.equal(transcripts.turn(turn.id), undefined, 'another conversation is shown');
});

test('an earlier question is changed in a conversation of its own, with the turns before it', () => {
  const transcripts = new Transcripts();
  for (const question of ['first', 'second', 'third']) {
    finish(transcripts.current, transcripts.ask(question), RESULT);
  }
  const second = transcripts.current.turns[1]!;
  assert.equal(transcripts.branch(second.id), true);
  const { current } = transcripts;
  assert.deepEqual([current.id, current.turns.length], [undefined, 1]);
  const changed = transcripts.ask('second, in other words');
  assert.deepEqual(history(current, changed), [{ question: 'first', answer: 'whole' }]);
  assert.equal(transcripts.branch(second.id), false, 'it is in the other conversation');
  transcripts.open(0);
  assert.equal(transcripts.current.turns.length, 3, 'which stays as it is');
});

test('a conversation is exported as Markdown, with who answered and what was read', () => {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?\n\nIt fails.');
  finish(transcripts.current, turn, RESULT);
  const half = transcripts.ask('and then?');
  grow(transcripts.current, half, { text: 'half', expert: 'go' });
  stop(half);
  fail(transcripts.ask('now?'), 'no engine');
  const turns = transcripts.current.turns.map((one) => ({
    ...one,
    sources: one.sources.map(() => ({ label: 'a.go, line 1' })),
  }));
  assert.equal(
    asMarkdown(turns),
    '> why?\n>\n> It fails.\n\nwhole\n\n*answered by go · read: a.go, line 1*\n\n---\n\n' +
      '> and then?\n\nhalf\n\n*answered by go · not complete*\n\n---\n\n' +
      '> now?\n\n*failed: no engine*\n',
  );
});
