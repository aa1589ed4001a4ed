/** What an answer recalled as nodes, in a document of linkedom's. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import { recalledView } from '../src/panel/recalled.ts';
import type { Note } from '../src/pure/transcript.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

const none = { forget: () => {}, pin: () => {} };
const NOTES: Note[] = [
  { text: '<b>Port</b> 5050', turn: 3, fact: null, state: 'recalled' },
  { text: 'Money is in cents', turn: null, fact: 7, state: 'recalled' },
];

function pressed(view: HTMLElement, label: string): void {
  const buttons = [...view.querySelectorAll('button')];
  const button = buttons.findLast((one) => one.textContent === label);
  (button as unknown as { onclick(): void }).onclick();
}

test('without notes there is nothing to see', () => {
  assert.equal(recalledView([], none).hidden, true);
});

test('one line says how many, and unfolds into the notes as text', () => {
  const view = recalledView(NOTES, none);
  const words = (n: number): string | null | undefined =>
    recalledView(NOTES.slice(0, n), none).querySelector('summary')?.textContent;
  assert.equal(words(2), 'Recalled 2 notes from earlier conversations');
  assert.equal(words(1), 'Recalled 1 note from earlier conversations');
  assert.equal((view as HTMLDetailsElement).open, false);
  assert.equal(view.querySelectorAll('li').length, 2);
  assert.equal(view.querySelector('b'), null);
  assert.match(view.textContent ?? '', /<b>Port<\/b> 5050/);
});

test('its buttons name the note that they stand next to', () => {
  const done: string[] = [];
  const view = recalledView(NOTES, {
    forget: (at) => done.push(`forget ${at}`),
    pin: (at) => done.push(`pin ${at}`),
  });
  pressed(view, 'Pin');
  pressed(view, 'Forget');
  assert.deepEqual(done, ['pin 1', 'forget 1']);
});

test('what was done shows, in a list that stays open', () => {
  const old = recalledView(NOTES, none) as HTMLDetailsElement;
  old.open = true;
  const [first, second] = NOTES as [Note, Note];
  const now: Note[] = [
    { ...first, state: 'forgotten' },
    { ...second, state: 'pinned' },
  ];
  const view = recalledView(now, none, old);
  assert.equal((view as HTMLDetailsElement).open, true);
  const [forgotten, pinned] = [...view.querySelectorAll('li')].map((li) => li.textContent);
  assert.match(forgotten ?? '', /forgotten$/);
  assert.match(pinned ?? '', /pinned Forget$/);
});
