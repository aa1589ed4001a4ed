import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { MemoryTurn } from '../src/protocol.ts';
import { conversationEntries, foundEntries, pastAnswers } from '../src/pure/earlier.ts';

function turn(id: number, role: MemoryTurn['role'], text: string): MemoryTurn {
  const expert = role === 'user' ? null : 'go';
  return { id, conversation: 'c1', role, day: '2026-03-02', expert, language: 'go', text };
}

test('a conversation has its first question, its day and its size', () => {
  const at = new Date(2026, 2, 2, 23, 30).getTime();
  const one = { id: 'c1', title: 'Which\n port?', lastS: at / 1000, turns: 1 };
  const entry = conversationEntries([one], at + 3_600_000)[0];
  assert.deepEqual([entry?.label, entry?.description], ['Which port?', '2026-03-02, 1 turn']);
  const today = conversationEntries([{ ...one, turns: 4 }], at + 60_000)[0];
  assert.equal(today?.description, 'today, 4 turns');
});

test('a turn that was found is shown whatever was typed, and leads to its conversation', () => {
  const [asked, answered] = foundEntries([
    turn(1, 'user', 'Which port?'),
    turn(2, 'assistant', 'é'.repeat(500)),
  ]);
  assert.deepEqual([asked?.description, asked?.conversation], ['You, 2026-03-02', 'c1']);
  assert.ok(asked?.alwaysShow && !asked.isConversation);
  assert.equal(answered?.description, 'go, 2026-03-02');
  assert.match(answered?.label ?? '', /^é{119}…$/);
});

test('questions are shown again with their answers, also where one was forgotten', () => {
  const turns = [
    turn(2, 'assistant', 'an answer without its question'),
    turn(3, 'user', 'without an answer'),
    turn(5, 'user', 'Which port?'),
    turn(6, 'assistant', '5050'),
  ];
  assert.deepEqual(pastAnswers(turns), [
    { question: 'without an answer', answer: '', experts: [] },
    { question: 'Which port?', answer: '5050', experts: ['go'] },
  ]);
});
