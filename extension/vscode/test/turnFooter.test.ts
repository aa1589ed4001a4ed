/** The line under an answer as nodes, in a document of linkedom's. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import type { ShownTurn } from '../src/panel/messages.ts';
import { turnFooter } from '../src/panel/turnFooter.ts';
import { finish, Transcripts } from '../src/pure/transcript.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

const RANGE = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };

function answered(): ShownTurn {
  const transcripts = new Transcripts();
  const turn = transcripts.ask('why?');
  const contributions = [{ expert: 'go', language: 'go', text: 'so' }];
  const result = { conversation: 'c1', answer: 'so', contributions, sources: [] };
  finish(transcripts.current, turn, result);
  return { ...turn, sources: [{ uri: 'file:///a.go', range: RANGE, label: 'a.go, line 1' }] };
}

test('the last answer can be asked for once more, with the file and without it', () => {
  const done: string[] = [];
  const footer = turnFooter(answered(), true, {
    again: () => done.push('again'),
    againWithoutFile: () => done.push('without the file'),
    reveal: ({ label }) => done.push(label),
  });
  assert.equal(footer.textContent, 'answered by go · read: a.go, line 1 × Ask again');
  footer.querySelectorAll('button').forEach((button) => {
    (button as unknown as { onclick(): void }).onclick();
  });
  assert.deepEqual(done, ['a.go, line 1', 'without the file', 'again']);
});

test('an earlier answer, and one that is coming, cannot', () => {
  const none = { again: () => {}, againWithoutFile: () => {}, reveal: () => {} };
  const labels = (turn: ShownTurn, isLast: boolean): (string | null)[] =>
    [...turnFooter(turn, isLast, none).querySelectorAll('button')].map((one) => one.textContent);
  assert.deepEqual(labels(answered(), false), ['a.go, line 1']);
  assert.deepEqual(labels({ ...answered(), state: 'streaming' }, true), ['a.go, line 1']);
  const failed: ShownTurn = { ...answered(), state: 'failed', problem: 'no engine', sources: [] };
  assert.deepEqual(labels(failed, true), ['Ask again']);
});
