import assert from 'node:assert/strict';
import { test } from 'node:test';

import { examples } from '../src/pure/examples.ts';
import { linesOf, moved, type Span, type TextChange } from '../src/pure/place.ts';

const range = (startLine: number, start: number, endLine: number, end: number) => ({
  start: { line: startLine, character: start },
  end: { line: endLine, character: end },
});

test('lines are counted as the user counts them', () => {
  assert.equal(
    linesOf(range(19, 0, 22, 0)),
    'lines 20–22',
    'whole lines, to the start of the next',
  );
  assert.equal(linesOf(range(19, 0, 21, 9)), 'lines 20–22');
  assert.equal(linesOf(range(19, 4, 22, 1)), 'lines 20–23');
  assert.equal(linesOf(range(19, 0, 20, 0)), 'line 20');
  assert.equal(linesOf(range(19, 3, 19, 8)), 'line 20');
  assert.equal(linesOf(range(0, 0, 0, 0)), 'line 1', 'a cursor');
});

/** The text that a span holds, before and after a change of the text. */
function follow(text: string, span: Span, change: TextChange): string | undefined {
  const { rangeOffset, rangeLength } = change;
  const after = text.slice(0, rangeOffset) + change.text + text.slice(rangeOffset + rangeLength);
  const now = moved(span, change);
  return now && after.slice(now.start, now.end);
}

test('a place keeps its text through every change that does not touch it', () => {
  const text = 'one two three';
  const span = { start: 4, end: 7 };
  for (let start = 0; start <= text.length; start++) {
    for (let end = start; end <= text.length; end++) {
      for (const put of ['', 'x', 'some more']) {
        const held = follow(text, span, {
          rangeOffset: start,
          rangeLength: end - start,
          text: put,
        });
        const touches = start < span.end && end > span.start;
        assert.equal(held, touches ? undefined : 'two', `${start} ${end} ${put}`);
      }
    }
  }
});

test('a cursor moves with what is typed before it and stays with what is typed after it', () => {
  const cursor = { start: 4, end: 4 };
  assert.deepEqual(moved(cursor, { rangeOffset: 0, rangeLength: 1, text: '' }), {
    start: 3,
    end: 3,
  });
  assert.deepEqual(moved(cursor, { rangeOffset: 5, rangeLength: 0, text: 'x' }), cursor);
  assert.equal(moved(cursor, { rangeOffset: 3, rangeLength: 3, text: '' }), undefined);
});

test('three examples for each kind of file, and for none', () => {
  for (const language of [undefined, 'go', 'python', 'typescriptreact', 'cobol', 'constructor']) {
    const shown = examples(language);
    assert.equal(new Set(shown).size, 3, language);
  }
  assert.notDeepEqual(examples('go'), examples('sql'));
  assert.doesNotMatch(examples(undefined).join(), /this/i);
});
