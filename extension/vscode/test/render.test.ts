/** An answer as nodes, in a document of linkedom's. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import { AnswerView, type CodeActions } from '../src/panel/render.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

function view(actions: Partial<CodeActions> = {}): AnswerView {
  const none = (): void => {};
  return new AnswerView({ insert: none, copy: none, apply: none, ...actions });
}

function html(source: string): string {
  const shown = view();
  shown.show(source);
  return shown.element.innerHTML;
}

const CODE = 'func f() {\n\treturn "x" // </script>\n}\n';
const ANSWER = `Look:\n\n- **a** \`b\`\n- [c](https://x.org)\n\n\`\`\`go\n${CODE}\`\`\`\n\n3. <b>d</b>\n`;

test('an answer that grows ends as one that is shown at once', () => {
  for (const step of [1, 5, 13]) {
    const growing = view();
    for (let end = 0; end < ANSWER.length + step; end += step) {
      growing.show(ANSWER.slice(0, end));
      assert.equal(growing.element.innerHTML, html(ANSWER.slice(0, end)));
    }
  }
});

test('nothing in an answer becomes markup', () => {
  const attack = '<img src=x onerror=alert(1)> <script>alert(1)</script> ![i](http://x/i.png)';
  const shown = view();
  shown.show(`${attack}\n\n\`\`\`html\n${attack}\n\`\`\`\n\n[x](javascript:alert(1))`);
  assert.equal(shown.element.querySelector('img, script, style, iframe'), null);
  assert.equal(shown.element.querySelector('pre')?.textContent, attack);
  const links = [...shown.element.querySelectorAll('a')].map((a) => a.getAttribute('href'));
  assert.deepEqual(links, ['http://x/i.png']);
  assert.doesNotMatch(shown.element.innerHTML, / on\w+="|style="/);
});

test('nodes that do not change stay while an answer grows', () => {
  const growing = view();
  growing.show('One.\n\n```go\nx := 1');
  const [paragraph, block] = growing.element.childNodes;
  growing.show('One.\n\n```go\nx := 1\ny := 2\n```\n\nTwo');
  assert.equal(growing.element.childNodes[0], paragraph);
  assert.equal(growing.element.childNodes[1], block);
  assert.equal(block?.textContent?.endsWith('x := 1\ny := 2'), true);
});

test("a block's buttons act on the code that is shown when they are pressed", () => {
  const copied: string[] = [];
  const growing = view({ copy: (text) => copied.push(text) });
  growing.show('```go\nx := 1');
  growing.show('```go\nx := 1\ny := 2\n```');
  const buttons = [...growing.element.querySelectorAll('button')];
  const copy = buttons.find((button) => button.textContent === 'Copy');
  (copy as unknown as { onclick(): void }).onclick();
  assert.deepEqual(copied, ['x := 1\ny := 2']);
});

test('an answer that begins again replaces what was shown', () => {
  const shown = view();
  shown.show('# One\n\ntwo\n\nthree');
  shown.show('four');
  assert.equal(shown.element.innerHTML, '<p>four</p>');
  shown.show('');
  assert.equal(shown.element.innerHTML, '');
});

test('a long block of code has its colours at the end, and all of its text at any time', () => {
  const line = 'x := "a" // b\n';
  const growing = view();
  let source = '```go\n';
  for (let n = 0; n < 600; n += 1) {
    source += line;
    growing.show(source);
    if (n % 50 === 0) {
      assert.equal(growing.element.querySelector('code')?.textContent, source.slice(6, -1));
    }
  }
  growing.show(source); // the answer is complete
  assert.equal(growing.element.querySelectorAll('.comment').length, 600);
});

test('an answer in 300 parts takes little time', () => {
  const answer = `${ANSWER}${CODE.repeat(3)}\n`.repeat(12);
  const growing = view();
  const began = performance.now();
  for (let part = 1; part <= 300; part += 1) {
    growing.show(answer.slice(0, Math.ceil((answer.length * part) / 300)));
  }
  assert.ok(performance.now() - began < 3000);
  assert.equal(growing.element.innerHTML, html(answer));
});
