/**
 * Code in an answer as tokens with the colour of each, by highlight.js. Only the languages of the
 * shipped rosters' experts are registered, which keeps the panel's script small.
 */

import core from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import fsharp from 'highlight.js/lib/languages/fsharp';
import go from 'highlight.js/lib/languages/go';
import groovy from 'highlight.js/lib/languages/groovy';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import objectivec from 'highlight.js/lib/languages/objectivec';
import perl from 'highlight.js/lib/languages/perl';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

export type TokenKind =
  | 'text'
  | 'comment'
  | 'string'
  | 'number'
  | 'keyword'
  | 'function'
  | 'type'
  | 'attribute';
export interface Token {
  kind: TokenKind;
  text: string;
}

/** Scopes of highlight.js, up to the first dot. The others have no colour of their own. */
const KINDS: Record<string, TokenKind> = {
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  string: 'string',
  regexp: 'string',
  char: 'string',
  subst: 'text',
  number: 'number',
  literal: 'number',
  keyword: 'keyword',
  'selector-tag': 'keyword',
  meta: 'keyword',
  name: 'keyword',
  title: 'function',
  section: 'function',
  built_in: 'function',
  type: 'type',
  'selector-class': 'type',
  'selector-id': 'type',
  attr: 'attribute',
  attribute: 'attribute',
  'selector-attr': 'attribute',
  'template-variable': 'attribute',
};

/** Collects tokens where highlight.js would write HTML. */
class TokenEmitter {
  readonly tokens: Token[] = [];
  private readonly kinds: TokenKind[] = ['text'];

  startScope(scope: string): void {
    this.kinds.push(KINDS[scope.split('.', 1)[0]!] ?? this.kinds.at(-1)!);
  }

  endScope(): void {
    this.kinds.pop();
  }

  addText(text: string): void {
    this.add(this.kinds.at(-1)!, text);
  }

  __addSublanguage(emitter: TokenEmitter): void {
    for (const { kind, text } of emitter.tokens) {
      this.add(kind === 'text' ? this.kinds.at(-1)! : kind, text);
    }
  }

  /** The older name of `startScope`, which highlight.js uses too. */
  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  /** Called by highlight.js; nothing uses the result. */
  toHTML(): string {
    return '';
  }

  finalize(): void {}

  private add(kind: TokenKind, text: string): void {
    const last = this.tokens.at(-1);
    if (last?.kind === kind) {
      last.text += text;
    } else if (text) {
      this.tokens.push({ kind, text });
    }
  }
}

const hljs = core.newInstance();
hljs.configure({ __emitter: TokenEmitter });
for (const [name, language] of Object.entries({
  bash,
  c,
  cpp,
  csharp,
  css,
  dockerfile,
  fsharp,
  go,
  groovy,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  objectivec,
  perl,
  php,
  python,
  ruby,
  rust,
  scala,
  scss,
  sql,
  typescript,
  xml,
  yaml,
})) {
  hljs.registerLanguage(name, language);
}
// Language ids of editors that highlight.js does not know. Less is close enough to SCSS, and its own
// grammar is large.
hljs.registerAliases('shellscript', { languageName: 'bash' });
hljs.registerAliases('javascriptreact', { languageName: 'javascript' });
hljs.registerAliases('typescriptreact', { languageName: 'typescript' });
hljs.registerAliases(['objective-c', 'objective-cpp'], { languageName: 'objectivec' });
hljs.registerAliases(['vue', 'svelte'], { languageName: 'xml' });
hljs.registerAliases('jsonc', { languageName: 'json' });
hljs.registerAliases('less', { languageName: 'scss' });

/** The name of the grammar for a language; undefined if there is none. */
export function grammarOf(language: string): string | undefined {
  return hljs.getLanguage(language)?.name;
}

export const grammarNames: readonly string[] = hljs.listLanguages();

/** The texts of the tokens together are `code`. Without a grammar it is one token. */
export function highlight(code: string, language: string): Token[] {
  if (code === '' || grammarOf(language) === undefined) {
    return code === '' ? [] : [{ kind: 'text', text: code }];
  }
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  const { tokens } = result._emitter as unknown as TokenEmitter;
  // After an error of its own, highlight.js returns what it has.
  return result.illegal || result.errorRaised ? [{ kind: 'text', text: code }] : tokens;
}
