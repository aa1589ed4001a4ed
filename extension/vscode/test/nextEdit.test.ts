import assert from 'node:assert/strict';
import test from 'node:test';

import { isAt, isCurrent, shownText, wouldIndent } from '../src/pure/nextEdit.ts';

test('a new text of several lines is shown as its first one', () => {
  assert.equal(shownText('totalPrice'), 'totalPrice');
  assert.equal(shownText('from shop import Cart\n'), 'from shop import Cart');
  assert.equal(shownText('a\nb\nc'), 'a … (3 lines)');
  assert.ok(shownText('x'.repeat(500)).length < 130);
});

test('Tab accepts only where the edit is, and goes there from elsewhere', () => {
  const range = { start: { line: 3, character: 4 }, end: { line: 4, character: 0 } };
  assert.equal(isAt({ line: 3, character: 0 }, range), true);
  assert.equal(isAt({ line: 4, character: 9 }, range), true);
  assert.equal(isAt({ line: 5, character: 0 }, range), false);
});

test('Tab keeps its meaning where it would indent', () => {
  assert.equal(wouldIndent('    return a', 2), true);
  assert.equal(wouldIndent('', 0), true);
  assert.equal(wouldIndent('    return a', 8), false);
});

test('an edit for another version of the text is not shown', () => {
  assert.equal(isCurrent({ version: 7 }, 7), true);
  assert.equal(isCurrent({ version: 6 }, 7), false);
  assert.equal(isCurrent({}, 7), false);
});
