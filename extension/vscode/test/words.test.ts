import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Decision, ExpertStatus, LastCompletion, Status } from '../src/protocol.ts';
import {
  decisionLines,
  decisionWords,
  expertContext,
  expertWords,
  lastDecisions,
  type Moment,
  rowWords,
  sizeWords,
  statusLine,
  tooltipLines,
} from '../src/pure/words.ts';

const GO: ExpertStatus = {
  name: 'go',
  languages: ['go'],
  model: 'small:1b',
  seat: 'small:1b',
  state: 'warm',
  stateSeconds: 2.4,
  sizeBytes: 252_000_000,
  probability: 0.62,
  demanded: true,
  pinned: false,
  reason: 'focused',
  error: '',
  loadSeconds: 1.2,
  fim: 'qwen',
  download: null,
};
const MISSING = { model: 'small:1b', sizeBytes: 98_000_000, problem: '' };

function status(expert: Partial<ExpertStatus> = {}, more: Partial<Status> = {}): Status {
  return {
    focus: { uri: 'file:///a.go', language: 'go', expert: 'go', note: '' },
    experts: [{ ...GO, ...expert }],
    memory: {
      budgetBytes: 6e9,
      usedBytes: 252e6,
      foreignBytes: 0,
      peakBytes: 252e6,
      keptBytes: 0,
      spareBytes: 0,
    },
    roster: { name: 'starter', reason: 'No Ollama was found.' },
    engine: { kind: 'embedded', url: 'http://127.0.0.1:1', version: '1', up: true, message: '' },
    completions: { asked: 1, fromCache: 0, fromStream: 0, fromEngine: 1, early: 0 },
    lastCompletion: null,
    ...more,
  };
}

function moment(more: Partial<Moment> = {}): Moment {
  return {
    server: 'running',
    status: status(),
    ageSeconds: 0,
    busy: false,
    quiet: undefined,
    engineStarts: false,
    download: undefined,
    ...more,
  };
}

const text = (more: Partial<Moment>): string => statusLine(moment(more)).text;

test('a model in memory, with the memory in use', () => {
  assert.equal(text({}), '$(flame) go → go in memory · 252 MB');
});

test('seconds are counted while it loads', () => {
  const loading = status({ state: 'loading' });
  assert.equal(text({ status: loading, ageSeconds: 3 }), '$(loading~spin) go → go loading 5 s');
});

const LAST: LastCompletion = {
  id: '1',
  language: 'go',
  expert: 'go',
  servedBy: 'web',
  outcome: 'shown',
  note: '',
  source: 'engine',
  beforeEngineMs: 1,
  delayMs: 0,
  firstTokenMs: 200,
  engineMs: 300,
  totalMs: 301.4,
  nPromptTokens: 90,
  nCachedTokens: 80,
  nTokens: 14,
  text: 'x',
  certainty: null,
};

test('who stands in is named, as long as the model is not in memory', () => {
  const loading = status({ state: 'loading' }, { lastCompletion: LAST });
  assert.match(text({ status: loading }), /web answers/);
  assert.doesNotMatch(text({ status: status({}, { lastCompletion: LAST }) }), /web/);
});

test('a model that is not there is no failure, and its size is named', () => {
  const failed = status({ state: 'failed', error: 'not found', download: MISSING });
  const line = statusLine(moment({ status: failed }));
  assert.equal(line.text, '$(cloud-download) go → go not downloaded · 98 MB');
  assert.equal(line.severity, 'normal');
  assert.match(
    text({ status: failed, download: '45 %' }),
    /^\$\(sync~spin\) go → downloading 45 %$/,
  );
});

test('the tooltip has the figures of the last request', () => {
  const lines = tooltipLines(moment({ status: status({}, { lastCompletion: LAST }) }), 'here');
  assert.ok(lines.includes('Last suggestion: shown by web'));
  assert.ok(lines.includes('It took: 90 tokens read, 80 of them cached, 14 written, 301 ms'));
});

test('busy and snoozed show as icons', () => {
  assert.match(text({ busy: true }), /^\$\(sync~spin\) go → go in memory/);
  assert.match(text({ quiet: 'Suggestions are off for go' }), /^\$\(bell-slash\)/);
});

test('no engine is a warning, no server an error', () => {
  const engine = { ...status().engine, up: false, message: 'Start Ollama' };
  const line = statusLine(moment({ status: status({}, { engine }) }));
  assert.deepEqual([line.text, line.severity], ['$(warning) go → no engine', 'warning']);
  assert.equal(statusLine(moment({ server: 'failed' })).severity, 'error');
});

test('an engine that may still be starting is no trouble yet', () => {
  const engine = { ...status().engine, up: false };
  const line = statusLine(moment({ status: status({}, { engine }), engineStarts: true }));
  assert.deepEqual([line.text, line.severity], ['$(loading~spin) go → engine starts', 'normal']);
});

test('a language without an expert, and no file at all', () => {
  const none = { uri: 'file:///a.x', language: 'x', expert: null, note: 'no expert for x' };
  assert.match(text({ status: status({}, { focus: none }) }), /x → no expert/);
  const nowhere = { uri: null, language: null, expert: null, note: '' };
  assert.equal(text({ status: status({}, { focus: nowhere }) }), '$(flame) Hotseat');
});

test('screen readers hear no icons', () => {
  assert.equal(statusLine(moment()).spoken, 'go → go in memory · 252 MB');
});

test('screen readers hear that suggestions are off', () => {
  const { spoken } = statusLine(moment({ quiet: 'Suggestions are off for go' }));
  assert.equal(spoken, 'go → go in memory · 252 MB. Suggestions are off for go');
});

test('the tooltip says where it runs, and why there is no engine', () => {
  const engine = { ...status().engine, up: false, message: 'Start Ollama' };
  const lines = tooltipLines(moment({ status: status({}, { engine }) }), 'box (ssh-remote)');
  assert.ok(lines.includes('Start Ollama'));
  assert.ok(lines.includes('Runs on: box (ssh-remote)'));
});

test('an expert in words, and for the menus', () => {
  assert.equal(expertWords({ ...GO, pinned: true }), 'in memory, 252 MB, pinned');
  assert.equal(expertWords({ ...GO, model: 'hotseat/go' }), 'in memory, with small:1b');
  const absent = { ...GO, state: 'absent', sizeBytes: null } as const;
  assert.equal(expertWords(absent), 'not in memory, 62 % likely to be needed soon');
  assert.equal(expertContext(GO), 'expert.warm.unpinned');
  assert.equal(expertContext({ ...GO, download: MISSING }), 'expert.missing.unpinned');
  assert.equal(sizeWords(null), '–');
  assert.equal(sizeWords(1_700_000_000), '1.7 GB');
});

test('a row is short, and experts on one model do not repeat each other', () => {
  const python = { ...GO, name: 'python', reason: 'go is under the cursor', pinned: true };
  const web = { ...GO, name: 'web', seat: 'w', state: 'absent' } as const;
  const all = [GO, python, web];
  assert.deepEqual(
    all.map((expert) => rowWords(expert, all)),
    ['in memory · 252 MB', 'same model as go · pinned', 'not in memory · 62 % likely'],
  );
  const missing = { ...web, download: MISSING, probability: 0 };
  assert.equal(rowWords(missing, [GO, missing]), 'not downloaded · 98 MB');
  const unavailable = { ...missing, download: { ...MISSING, problem: 'no source' } };
  assert.match(rowWords(unavailable, [GO, unavailable]), /^not available/);
});

const LOAD: Decision = {
  time: 1_700_000_000,
  action: 'load',
  model: 'small:1b',
  expert: 'go',
  reason: 'demanded: go is under the cursor',
  probability: 0.62,
  sizeBytes: 252_000_000,
  usedBytes: 252_000_000,
  budgetBytes: 6e9,
  durationSeconds: 1.24,
  outcome: 'done',
};

test('a decision in words', () => {
  assert.equal(decisionWords(LOAD), '1.2 s · demanded: go is under the cursor');
  assert.equal(
    decisionWords({ ...LOAD, outcome: 'running', durationSeconds: null }),
    'running · demanded: go is under the cursor',
  );
  assert.deepEqual(decisionLines(LOAD), [
    'load small:1b for go: done',
    'demanded: go is under the cursor',
    'Size: 252 MB',
    'Memory: 252 MB of 6.0 GB',
    'Likely to be needed soon: 62 %',
  ]);
});

test('the last decisions are shown newest first', () => {
  const all = [1, 2, 3].map((time) => ({ ...LOAD, time }));
  assert.deepEqual(
    lastDecisions(all, 2).map((decision) => decision.time),
    [3, 2],
  );
});
