import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { grammarNames, grammarOf, highlight, type TokenKind } from '../src/pure/highlight.ts';

function kindsOf(code: string, language: string): Record<string, TokenKind> {
  return Object.fromEntries(highlight(code, language).map((token) => [token.text, token.kind]));
}
const text = (code: string, language: string): string =>
  highlight(code, language)
    .map((token) => token.text)
    .join('');

test('colours change no letter of the code', () => {
  const code = '// c\nfunc f() { return "a\\"b" + 0x1f }\n/* open\n';
  assert.equal(text(code, 'go'), code);
  const kinds = kindsOf(code, 'go');
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

test('a script in a page has its own colours, and markup stays text', () => {
  const code = '<p onclick="x()">&lt;</p>\n<script>const x = 1;</script>';
  assert.equal(text(code, 'html'), code);
  assert.equal(kindsOf(code, 'html').const, 'keyword');
});

test('every cut of code can be coloured', () => {
  const code = 'def f(a: int) -> str:\n    """Doc."""\n    return f"{a!r} {1 + 2}"  # end\n';
  for (let end = 0; end <= code.length; end += 1) {
    assert.equal(text(code.slice(0, end), 'python'), code.slice(0, end));
  }
});

test('a language without a grammar, or with an odd name, is plain', () => {
  for (const language of ['', 'cobol', '__proto__', 'constructor', '</script>']) {
    assert.deepEqual(highlight('<a> "b"', language), [{ kind: 'text', text: '<a> "b"' }]);
  }
  assert.deepEqual(highlight('', 'go'), []);
});

test('there is a grammar for each language of a shipped expert, and no other', () => {
  const roster = readFileSync(new URL('../../../experts.yaml', import.meta.url), 'utf8');
  const languages = [...roster.matchAll(/languages: \[([^\]]*)\]/g)].flatMap((match) =>
    match[1]!.split(',').map((language) => language.trim()),
  );
  assert.ok(languages.length > 30);
  assert.deepEqual(
    languages.filter((language) => grammarOf(language) === undefined),
    [],
  );
  const used = new Set(languages.map((language) => grammarOf(language)));
  assert.deepEqual(
    grammarNames.filter((name) => !used.has(grammarOf(name))),
    [],
  );
});
