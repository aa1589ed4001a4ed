import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  type Content,
  type Formatted,
  GrowingMarkdown,
  parseMarkdown,
  type Tag,
} from '../src/pure/markdown.ts';

const of = (tag: Tag, ...children: Content[]): Formatted => ({ kind: 'formatted', tag, children });
const code = (language: string, text: string): Content => ({ kind: 'code', language, text });
const plain = (contents: Content[]): string =>
  contents
    .map((content) =>
      typeof content === 'string'
        ? content
        : content.kind === 'code'
          ? content.text
          : plain(content.children),
    )
    .join('');
const links = (contents: Content[]): string[] =>
  contents.flatMap((content) =>
    typeof content === 'string' || content.kind === 'code'
      ? []
      : [...(content.kind === 'link' ? [content.href] : []), ...links(content.children)],
  );

test('paragraphs, headings, rules and quotes', () => {
  assert.deepEqual(parseMarkdown('# Title\n\none\ntwo\n\n---\n> said\n\n### Below'), [
    of('h3', 'Title'),
    of('p', 'one\ntwo'),
    of('hr'),
    of('blockquote', of('p', 'said')),
    of('h3', 'Below'),
  ]);
});

test('a code block keeps its text to the letter', () => {
  const source = '```go\nif a < b && **c** {\n\t`x`\n}\n```\nafter';
  assert.deepEqual(parseMarkdown(source), [
    code('go', 'if a < b && **c** {\n\t`x`\n}'),
    of('p', 'after'),
  ]);
});

test('the language of a code block is the first word after the fence', () => {
  assert.deepEqual(parseMarkdown('~~~ c++ title="a.cpp"\nx\n~~~'), [code('c++', 'x')]);
  assert.deepEqual(parseMarkdown('```\n\nx\n\n```'), [code('', '\nx\n')]);
});

test('half an answer: an open code block is one already', () => {
  assert.deepEqual(parseMarkdown('Use:\n```python\nx = 1'), [
    of('p', 'Use:'),
    code('python', 'x = 1'),
  ]);
  assert.deepEqual(parseMarkdown('```python\nx = 1\n'), [code('python', 'x = 1')]);
  assert.deepEqual(parseMarkdown('```python'), [code('python', '')]);
});

test('half an answer: a list that begins makes no heading of the line above', () => {
  assert.deepEqual(parseMarkdown('Use these:\n-'), [of('p', 'Use these:\n-')]);
  assert.deepEqual(parseMarkdown('Use these:\n---'), [of('p', 'Use these:'), of('hr')]);
});

test('a longer fence holds a shorter one', () => {
  assert.deepEqual(parseMarkdown('````md\n```\nx\n```\n````'), [code('md', '```\nx\n```')]);
});

test('lists, one within the other, and their numbers', () => {
  assert.deepEqual(parseMarkdown('- a\n  - b\n    more\n- c'), [
    of('ul', of('li', 'a', of('ul', of('li', 'b\nmore'))), of('li', 'c')),
  ]);
  assert.deepEqual(parseMarkdown('3. a\n4. b'), [
    { ...of('ol', of('li', 'a'), of('li', 'b')), start: 3 },
  ]);
  assert.deepEqual(parseMarkdown('1. a\n   ```go\n   x\n   ```'), [
    of('ol', of('li', 'a', code('go', 'x'))),
  ]);
});

test('tables', () => {
  const row = (tag: 'th' | 'td', ...cells: string[]): Formatted =>
    of('tr', ...cells.map((cell) => of(tag, cell)));
  assert.deepEqual(parseMarkdown('| a | b |\n|:--|---|\n| 1 | 2 |'), [
    of('table', of('thead', row('th', 'a', 'b')), of('tbody', row('td', '1', '2'))),
  ]);
});

test('inline code, bold and emphasis, one within the other', () => {
  assert.deepEqual(parseMarkdown('a **b `c**`** *d* ``e`f`` ~~g~~'), [
    of(
      'p',
      'a ',
      of('strong', 'b ', of('code', 'c**')),
      ' ',
      of('em', 'd'),
      ' ',
      of('code', 'e`f'),
      ' ',
      of('s', 'g'),
    ),
  ]);
});

test('marks that mean nothing stay: names, products, open spans', () => {
  for (const text of ['snake_case_name', '2 * 3 * 4', '**open', '`open', 'a_b', '[open](http']) {
    assert.deepEqual(parseMarkdown(text), [of('p', text)]);
  }
});

test('markup in an answer is text', () => {
  for (const attack of [
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    'a </script><script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
    '<!-- x --> <style>*{display:none}</style>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,x)',
    '[x](command:workbench.action.quit)',
    '[x](vscode://a.b/c)',
    '[x](file:///etc/passwd)',
    '[x](main.go)',
    '[x](//host/a)',
    '![x](data:image/png;base64,AAAA)',
    '<javascript:alert(1)>',
    '[a]: javascript:alert(1)',
  ]) {
    assert.deepEqual(parseMarkdown(attack), [of('p', attack)]);
  }
  for (const block of ['<div onclick="alert(1)">\n\n# a\n\n</div>', '```html\n</script>\n```']) {
    assert.deepEqual(links(parseMarkdown(block)), []);
  }
});

test('links with entities, spaces and controls in them are no way around', () => {
  for (const attack of [
    '[x](java&#115;cript:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](<javascript&colon;alert(1)>)',
    '[x](javascript&#58;alert(1))',
    '![x](javascript&#58;alert(1))',
  ]) {
    assert.deepEqual(links(parseMarkdown(attack)), []);
  }
});

test('links to the web can be followed; an image is a link and is not loaded', () => {
  const contents = parseMarkdown('[a](https://x.org/b) <http://y.org> ![i](https://z.org/i.png)');
  assert.deepEqual(links(contents), ['https://x.org/b', 'http://y.org', 'https://z.org/i.png']);
  assert.equal(plain(contents), 'a http://y.org i');
  assert.deepEqual(links(parseMarkdown('https://x.org')), []);
});

const ANSWER = `# A

- **b** \`c\`
  1. d

  e
- f

  \`\`\`js
  let x = "é";
  \`\`\`

Text
---
\`\`\`go
func f() {

	return
}
\`\`\`
> *e*
lazy

    indented

| a | b |
|---|---|
| 1 | 2 |
***
f __g__ \\*h
3. three
\`\`\`\`md
\`\`\`
x
\`\`\`
\`\`\`\`
end`;

test('an answer that grows is read as a whole answer is, wherever it is cut', () => {
  for (const step of [1, 2, 3, 7, 20]) {
    const growing = new GrowingMarkdown();
    let shown: Content[] = [];
    for (let end = 0; end <= ANSWER.length + step; end += step) {
      const source = ANSWER.slice(0, end);
      const { nKept, blocks } = growing.update(source);
      shown = [...shown.slice(0, nKept), ...blocks];
      assert.deepEqual(shown, parseMarkdown(source), JSON.stringify(source));
    }
  }
});

test('an answer that begins again is read again', () => {
  const growing = new GrowingMarkdown();
  growing.update('one\n\ntwo\n\nthree');
  assert.deepEqual(growing.update('other'), { nKept: 0, blocks: [of('p', 'other')] });
});

test('of an answer in 300 parts, finished blocks are not read again', () => {
  const block = 'Some words about it.\n\n```go\nfunc f() {}\n```\n\n- a\n- b\n\n';
  const answer = block.repeat(60);
  const growing = new GrowingMarkdown();
  let nBlocksRead = 0;
  for (let part = 1; part <= 300; part += 1) {
    const source = answer.slice(0, Math.ceil((answer.length * part) / 300));
    nBlocksRead += growing.update(source).blocks.length;
  }
  assert.ok(nBlocksRead < 300 * 4, `${nBlocksRead} blocks read`);
});

test('long runs of marks take no time', () => {
  const began = performance.now();
  parseMarkdown(`${'*'.repeat(3000)}a${'_ '.repeat(3000)}${'`a'.repeat(2000)}`);
  parseMarkdown('['.repeat(5000));
  parseMarkdown('>'.repeat(5000));
  assert.ok(performance.now() - began < 2000);
});
