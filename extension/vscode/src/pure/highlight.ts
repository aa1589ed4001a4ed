/** Code in an answer, cut into pieces to colour: comments, strings, numbers, words. No grammars. */

export type TokenKind = 'text' | 'comment' | 'string' | 'number' | 'keyword';
export interface Token {
  kind: TokenKind;
  text: string;
}

const KEYWORDS = new Set(
  (
    'abstract and as assert async await begin break case catch chan class const continue def default ' +
    'defer del do elif else end enum except export extends false finally fn for foreach from func ' +
    'function go goto if impl implements import in interface is lambda let loop match mod module mut ' +
    'new nil none not null of or package pass private protected pub public raise range return select ' +
    'self static struct super switch then this throw trait true try type typeof union unless until ' +
    'use var void when where while with yield ' +
    'create table insert into values update set delete join left right inner outer on group order by ' +
    'having limit primary key foreign references'
  ).split(' '),
);

const HASH_COMMENTS = new Set(
  'python py ruby rb sh bash shell zsh yaml yml toml make makefile dockerfile perl r elixir'.split(
    ' ',
  ),
);
const DASH_COMMENTS = new Set('sql lua haskell hs ada'.split(' '));
const CASELESS = new Set(['sql']);

export function highlight(code: string, language: string): Token[] {
  const name = language.toLowerCase();
  const comment = HASH_COMMENTS.has(name)
    ? '#[^\\n]*'
    : DASH_COMMENTS.has(name)
      ? '--[^\\n]*|/\\*[^]*?(?:\\*/|$)'
      : '//[^\\n]*|/\\*[^]*?(?:\\*/|$)|<!--[^]*?(?:-->|$)';
  const pattern = new RegExp(
    `(?<comment>${comment})` +
      '|(?<string>"""[^]*?(?:"""|$)|"(?:\\\\.|[^"\\\\\\n])*"?|\'(?:\\\\.|[^\'\\\\\\n])*\'|`[^`]*(?:`|$))' +
      '|(?<number>\\b\\d[\\w.]*)' +
      '|(?<word>[A-Za-z_$][\\w$]*)',
    'g',
  );
  const tokens: Token[] = [];
  const push = (kind: TokenKind, text: string): void => {
    const last = tokens.at(-1);
    if (last?.kind === kind) {
      last.text += text;
    } else if (text) {
      tokens.push({ kind, text });
    }
  };
  let at = 0;
  for (const match of code.matchAll(pattern)) {
    push('text', code.slice(at, match.index));
    push(kindOf(match.groups!, CASELESS.has(name)), match[0]);
    at = match.index + match[0].length;
  }
  push('text', code.slice(at));
  return tokens;
}

function kindOf(groups: Record<string, string | undefined>, caseless: boolean): TokenKind {
  if (groups.comment !== undefined) return 'comment';
  if (groups.string !== undefined) return 'string';
  if (groups.number !== undefined) return 'number';
  const word = groups.word ?? '';
  return KEYWORDS.has(caseless ? word.toLowerCase() : word) ? 'keyword' : 'text';
}
