/** What a model was shown as nodes, in a document of linkedom's. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import { shownPartsView } from '../src/panel/shownParts.ts';
import type { ContextItem } from '../src/protocol.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

const ITEMS: ContextItem[] = [
  {
    id: 'selection',
    kind: 'selection',
    title: 'cart.go, lines 3 to 9',
    bytes: 900,
    cut: false,
    uri: 'file:///shop/cart.go',
    firstLine: 2,
    lines: 7,
  },
  { id: 'memory', kind: 'memory', title: '2 notes', bytes: 300, cut: true },
];
const none = { remove: undefined, reveal: () => {} };

function press(view: HTMLElement, at: number): void {
  (view.querySelectorAll('button')[at] as unknown as { onclick(): void }).onclick();
}

test('nothing was shown: there is nothing to see', () => {
  assert.equal(shownPartsView([], [], none).hidden, true);
});

test('one line says how much, and unfolds into parts with sizes', () => {
  const view = shownPartsView(ITEMS, ['@nope.go: no file has this name'], none);
  assert.equal(view.querySelector('summary')?.textContent, 'Shown to the model: 1.2 kB');
  const lines = [...view.querySelectorAll('li')].map((li) => li.textContent);
  assert.deepEqual(lines, [
    'selection: cart.go, lines 3 to 9 900 bytes',
    'memory: 2 notes 300 bytes, only its beginning',
    'not shown: @nope.go: no file has this name',
  ]);
});

test('a part is opened, or left out of the next answer', () => {
  const done: string[] = [];
  const view = shownPartsView(ITEMS, [], {
    remove: (id) => done.push(`without ${id}`),
    reveal: ({ uri }) => done.push(`open ${uri}`),
  });
  press(view, 0);
  press(view, 1);
  press(view, 2);
  assert.deepEqual(done, ['open file:///shop/cart.go', 'without selection', 'without memory']);
});

test('a list that was open stays open', () => {
  const old = shownPartsView(ITEMS, [], none) as HTMLDetailsElement;
  old.open = true;
  assert.equal((shownPartsView(ITEMS, [], none, old) as HTMLDetailsElement).open, true);
});
