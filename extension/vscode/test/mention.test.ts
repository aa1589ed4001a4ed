/** Where an @ is being typed, and what the list under the question box does. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import { MentionList } from '../src/panel/mentionList.ts';
import { mentionAt, withMention } from '../src/pure/mention.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

test('an @ is being typed after a space, a bracket or nothing', () => {
  assert.deepEqual(mentionAt('@car', 4), { start: 0, text: 'car' });
  assert.deepEqual(mentionAt('why (@shop/ca', 13), { start: 5, text: 'shop/ca' });
  assert.deepEqual(mentionAt('see @"a b', 9), { start: 4, text: '"a b' });
  assert.deepEqual(mentionAt('@car and more', 4), { start: 0, text: 'car' });
});

test('an address, a finished word and plain text are none', () => {
  assert.equal(mentionAt('me@example.com', 14), undefined);
  assert.equal(mentionAt('@car is', 7), undefined);
  assert.equal(mentionAt('why', 3), undefined);
});

test('what was chosen takes the place of what was typed', () => {
  const typed = mentionAt('is @ca fast', 6)!;
  const done = withMention('is @ca fast', typed, 'shop/cart.go');
  assert.equal(done.question, 'is @shop/cart.go fast');
  assert.equal(done.question.slice(0, done.cursor), 'is @shop/cart.go ');
});

interface Desk {
  box: HTMLTextAreaElement;
  list: HTMLElement;
  mentions: MentionList;
  asked: Promise<[number, string]>;
}

function desk(value: string): Desk {
  const list = document.createElement('div');
  list.hidden = true;
  const box = Object.assign(document.createElement('textarea'), {
    value,
    selectionStart: value.length,
    setSelectionRange: () => {},
    focus: () => {},
  });
  let answer: (asked: [number, string]) => void;
  const asked = new Promise<[number, string]>((resolve) => (answer = resolve));
  const mentions = new MentionList(
    box,
    list,
    (id, text) => answer([id, text]),
    () => {},
  );
  return { box, list, mentions, asked };
}

const ITEMS = [
  { insert: 'Cart.add', kind: 'symbol', detail: 'shop/cart.go:3' },
  { insert: 'shop/cart.go', kind: 'file', detail: 'shop' },
] as const;

test('the list opens with the answer, and Enter puts in what is chosen', async () => {
  const { box, list, mentions, asked } = desk('why @car');
  mentions.update();
  const [id, text] = await asked;
  assert.equal(text, 'car');
  mentions.show(id, [...ITEMS]);
  assert.equal(list.hidden, false);
  assert.equal(list.querySelectorAll('[role=option]').length, 2);
  assert.equal(mentions.key('ArrowDown'), true);
  assert.equal(list.querySelector('[aria-selected=true] .name')?.textContent, 'shop/cart.go');
  assert.equal(mentions.key('Enter'), true);
  assert.equal(box.value, 'why @shop/cart.go ');
  assert.equal(list.hidden, true);
  assert.equal(mentions.key('Enter'), false);
});

test('an outdated answer is dropped, and Escape closes the list', async () => {
  const { list, mentions, asked } = desk('@car');
  mentions.update();
  const [id] = await asked;
  mentions.show(id - 1, [...ITEMS]);
  assert.equal(list.hidden, true);
  mentions.show(id, [...ITEMS]);
  assert.equal(mentions.key('Escape'), true);
  assert.equal(list.hidden, true);
  mentions.show(id, [...ITEMS]);
  assert.equal(list.hidden, true);
});
