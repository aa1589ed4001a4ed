/** An answer's Markdown as nodes. Text goes in as text: an answer cannot become markup. */

import { highlight, type Token } from '../pure/highlight.ts';
import { type Code, type Content, GrowingMarkdown, type Link } from '../pure/markdown.ts';

export interface CodeActions {
  insert(text: string): void;
  copy(text: string): void;
  apply(text: string): void;
}

/** While a longer block of code grows, it is coloured again each time it has grown by a tenth. */
const MAX_CHARS_COLOURED_AT_ONCE = 1000;
const DONE_MS = 1500;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The nodes of one answer, which are kept where they do not change while it grows. */
export class AnswerView {
  readonly element = element('div', { className: 'answer' });
  private readonly markdown = new GrowingMarkdown();
  private readonly actions: CodeActions;
  private shown: Content[] = [];

  constructor(actions: CodeActions) {
    this.actions = actions;
  }

  show(source: string): void {
    const { nKept, blocks } = this.markdown.update(source);
    const old = this.shown.slice(nKept);
    this.patch(this.element, old, blocks, nKept);
    this.shown.splice(nKept, old.length, ...blocks);
  }

  /** Make the children of `parent` from number `first` on, which show `old`, show `now`. */
  private patch(parent: Element, old: Content[], now: Content[], first = 0): void {
    for (const [n, content] of now.entries()) {
      const before = old[n];
      const node = parent.childNodes[first + n];
      if (before === undefined || node === undefined) {
        parent.append(this.render(content));
      } else if (!this.update(node, before, content)) {
        node.replaceWith(this.render(content));
      }
    }
    while (parent.childNodes.length > first + now.length) {
      parent.lastChild!.remove();
    }
  }

  /** Change `node`, which shows `old`, to show `now`; false if another node is needed. */
  private update(node: Node, old: Content, now: Content): boolean {
    if (typeof old === 'string' || typeof now === 'string') {
      if (typeof old !== typeof now) {
        return false;
      }
      if (old !== now) {
        node.nodeValue = now as string;
      }
      return true;
    }
    if (old.kind === 'code' && now.kind === 'code') {
      return updateCode(node as HTMLElement, old, now);
    }
    if (old.kind === 'formatted' && now.kind === 'formatted') {
      if (old.tag !== now.tag || old.start !== now.start) {
        return false;
      }
      this.patch(node as Element, old.children, now.children);
      return true;
    }
    return false;
  }

  private render(content: Content): Node {
    if (typeof content === 'string') {
      return document.createTextNode(content);
    }
    if (content.kind === 'code') {
      return renderCode(content, this.actions);
    }
    const made =
      content.kind === 'link'
        ? renderLink(content)
        : element(
            content.tag,
            content.start === undefined ? {} : ({ start: content.start } as object),
          );
    made.append(...content.children.map((child) => this.render(child)));
    return made;
  }
}

function renderLink({ href }: Link): HTMLElement {
  return element('a', { href, title: href });
}

interface ShownCode {
  /** For the buttons. */
  text: string;
  tokens: Token[];
  /** How many characters `tokens` have; the text after them has no colours yet. */
  nColoured: number;
}
const codeOf = new WeakMap<HTMLElement, ShownCode>();

function renderCode({ text, language }: Code, actions: CodeActions): HTMLElement {
  const button = (label: string, title: string, run: (text: string) => void): HTMLButtonElement => {
    const made = element('button', {
      type: 'button',
      className: 'quiet',
      textContent: label,
      title,
      ariaLabel: title,
    });
    made.onclick = () => {
      run(codeOf.get(block)!.text);
      if (label === 'Copy') {
        sayDone(made, 'Copied', title);
      }
    };
    return made;
  };
  const bar = element(
    'div',
    { className: 'codebar' },
    element('span', { className: 'language', textContent: language }),
    button('Insert', 'Insert this code at the cursor', (code) => actions.insert(code)),
    button('Copy', 'Copy this code', (code) => actions.copy(code)),
    button('Apply…', 'Show as a diff what this changes in the place you asked about', (code) =>
      actions.apply(code),
    ),
  );
  const tokens = highlight(text, language);
  const code = element('code', {}, ...tokens.map(renderToken));
  const label = language ? `${language} code` : 'code';
  const pre = element('pre', { tabIndex: 0, ariaLabel: label }, code);
  const block = element('div', { className: 'code' }, bar, pre);
  codeOf.set(block, { text, tokens, nColoured: text.length });
  return block;
}

/** Show for a moment that the button did its work. */
function sayDone(button: HTMLButtonElement, done: string, title: string): void {
  const label = button.textContent;
  if (label === done) {
    return;
  }
  Object.assign(button, { textContent: done, ariaLabel: done });
  setTimeout(() => Object.assign(button, { textContent: label, ariaLabel: title }), DONE_MS);
}

function updateCode(block: HTMLElement, old: Code, now: Code): boolean {
  const shown = codeOf.get(block);
  if (!shown || old.language !== now.language) {
    return false;
  }
  const code = block.querySelector('pre > code')!;
  shown.text = now.text;
  if (now.text === old.text && shown.nColoured === now.text.length) {
    return true;
  }
  const isShort = now.text.length <= MAX_CHARS_COLOURED_AT_ONCE;
  const grown = now.text.startsWith(old.text) ? now.text.slice(old.text.length) : '';
  if (grown && !isShort && now.text.length < shown.nColoured * 1.1) {
    code.append(grown);
    return true;
  }
  const tokens = highlight(now.text, now.language);
  const first = nEqual(shown.tokens, tokens);
  while (code.childNodes.length > first) {
    code.lastChild!.remove();
  }
  code.append(...tokens.slice(first).map(renderToken));
  Object.assign(shown, { tokens, nColoured: now.text.length });
  return true;
}

/** How many tokens at the beginning are the same. */
function nEqual(old: Token[], now: Token[]): number {
  const n = now.findIndex(({ kind, text }, at) => old[at]?.kind !== kind || old[at].text !== text);
  return n < 0 ? now.length : n;
}

function renderToken({ kind, text }: Token): Node | string {
  return kind === 'text' ? text : element('span', { className: kind, textContent: text });
}
