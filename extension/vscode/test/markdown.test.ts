import assert from 'node:assert/strict';
import { test } from 'node:test';

import { highlight } from '../src/pure/highlight.ts';
import { type Block, type Inline, parseInline, parseMarkdown } from '../src/pure/markdown.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

test('paragraphs, headings, rules and quotes', () => {
  assert.deepEqual(parseMarkdown('# Title\n\none\ntwo\n\n---\n> said'), [
    { kind: 'heading', level: 1, children: [text('Title')] },
    { kind: 'paragraph', children: [text('one\ntwo')] },
    { kind: 'rule' },
    { kind: 'quote', children: [text('said')] },
  ] satisfies Block[]);
});

test('a code block keeps its text to the letter', () => {
  const code = '```go\nif a < b && **c** {\n\t`x`\n}\n```\nafter';
  assert.deepEqual(parseMarkdown(code), [
    { kind: 'code', language: 'go', text: 'if a < b && **c** {\n\t`x`\n}', closed: true },
    { kind: 'paragraph', children: [text('after')] },
  ] satisfies Block[]);
});

test('half an answer: an open code block is one already', () => {
  assert.deepEqual(parseMarkdown('Use:\n```python\nx = 1'), [
    { kind: 'paragraph', children: [text('Use:')] },
    { kind: 'code', language: 'python', text: 'x = 1', closed: false },
  ] satisfies Block[]);
});

test('a longer fence holds a shorter one', () => {
  const [block] = parseMarkdown('````md\n```\nx\n```\n````');
  assert.ok(block?.kind === 'code');
  assert.equal(block.text, '```\nx\n```');
});

test('lists with depth and numbers', () => {
  const [bullets] = parseMarkdown('- a\n  - b\n    more\n- c');
  assert.ok(bullets?.kind === 'list');
  assert.deepEqual(
    bullets.items.map((item) => [item.depth, item.children]),
    [
      [0, [text('a')]],
      [1, [text('b\nmore')]],
      [0, [text('c')]],
    ],
  );
  const [numbers] = parseMarkdown('3. a\n4. b');
  assert.ok(numbers?.kind === 'list');
  assert.deepEqual([numbers.ordered, numbers.start], [true, 3]);
});

test('inline code, bold and emphasis, one within the other', () => {
  assert.deepEqual(parseInline('a **b `c**`** *d* ``e`f``'), [
    text('a '),
    { kind: 'strong', children: [text('b '), { kind: 'code', text: 'c**' }] },
    text(' '),
    { kind: 'emphasis', children: [text('d')] },
    text(' '),
    { kind: 'code', text: 'e`f' },
  ]);
});

test('marks that mean nothing stay: names, products, open spans', () => {
  for (const plain of ['snake_case_name', '2 * 3 * 4', '**open', '`open', 'a_b']) {
    const flat = parseInline(plain)
      .map((part) => ('text' in part ? part.text : ''))
      .join('');
    assert.equal(flat, plain);
  }
});

test('markup in an answer is text', () => {
  const attack = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>1</script>';
  assert.deepEqual(parseMarkdown(attack), [{ kind: 'paragraph', children: [text(attack)] }]);
});

test('every cut of an answer can be shown, and long runs of marks take no time', () => {
  const answer =
    '# A\n\n- **b** `c`\n  1. d\n\n```js\nlet x = "é";\n```\n> *e*\n\n***\nf __g__ \\*h\n';
  for (let end = 0; end <= answer.length; end += 1) {
    parseMarkdown(answer.slice(0, end));
  }
  parseMarkdown(`${'*'.repeat(3000)}a${'_ '.repeat(3000)}${'`a'.repeat(2000)}`);
});

test('colours change no letter of the code', () => {
  const code = '// c\nfunc f() { return "a\\"b" + 0x1f }\n/* open\n';
  const tokens = highlight(code, 'go');
  assert.equal(tokens.map((token) => token.text).join(''), code);
  const kinds = Object.fromEntries(tokens.map((token) => [token.text, token.kind]));
  assert.equal(kinds['// c'], 'comment');
  assert.equal(kinds['"a\\"b"'], 'string');
  assert.equal(kinds['0x1f'], 'number');
  assert.equal(kinds.return, 'keyword');
});

test('comments are those of the language', () => {
  assert.equal(highlight('# x', 'python')[0]?.kind, 'comment');
  assert.equal(highlight('-- x', 'sql')[0]?.kind, 'comment');
  assert.equal(highlight('SELECT a', 'sql')[0]?.kind, 'keyword');
});
