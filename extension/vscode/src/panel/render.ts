/** Markdown's blocks as nodes. Text goes in as text: an answer cannot become markup. */

import { highlight, type TokenKind } from '../pure/highlight.ts';
import { type Block, type Inline, type ListItem, parseMarkdown } from '../pure/markdown.ts';

export interface CodeActions {
  insert(text: string): void;
  copy(text: string): void;
  apply(text: string): void;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function renderMarkdown(source: string, actions: CodeActions): Node[] {
  return parseMarkdown(source).map((block) => renderBlock(block, actions));
}

function renderBlock(block: Block, actions: CodeActions): Node {
  switch (block.kind) {
    case 'paragraph':
      return element('p', {}, ...renderInline(block.children));
    case 'heading':
      // The page's own headings come first: an answer's are below them.
      return element(block.level <= 2 ? 'h3' : 'h4', {}, ...renderInline(block.children));
    case 'quote':
      return element('blockquote', {}, ...renderInline(block.children));
    case 'rule':
      return element('hr');
    case 'code':
      return renderCode(block.text, block.language, actions);
    case 'list':
      return renderList(block.items, block.ordered, block.start);
  }
}

function renderList(items: ListItem[], ordered: boolean, start: number): Node {
  const list = ordered ? element('ol', { start }) : element('ul');
  for (const item of items) {
    const depth = Math.min(item.depth, 3);
    list.append(element('li', { className: `depth${depth}` }, ...renderInline(item.children)));
  }
  return list;
}

function renderCode(text: string, language: string, actions: CodeActions): Node {
  const button = (label: string, title: string, run: (text: string) => void): HTMLButtonElement =>
    element('button', {
      type: 'button',
      className: 'quiet',
      textContent: label,
      title,
      ariaLabel: title,
      onclick: () => run(text),
    });
  const bar = element(
    'div',
    { className: 'codebar' },
    element('span', { className: 'language', textContent: language }),
    button('Insert', 'Insert this code at the cursor', (code) => actions.insert(code)),
    button('Copy', 'Copy this code', (code) => actions.copy(code)),
    button('Diff', 'Apply this code to the selection, as a diff', (code) => actions.apply(code)),
  );
  const code = element('code', {}, ...highlight(text, language).map(renderToken));
  const label = language ? `${language} code` : 'code';
  const pre = element('pre', { tabIndex: 0, ariaLabel: label }, code);
  return element('div', { className: 'code' }, bar, pre);
}

function renderToken({ kind, text }: { kind: TokenKind; text: string }): Node | string {
  return kind === 'text' ? text : element('span', { className: kind, textContent: text });
}

function renderInline(parts: Inline[]): (Node | string)[] {
  return parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'code':
        return element('code', { textContent: part.text });
      case 'strong':
        return element('strong', {}, ...renderInline(part.children));
      case 'emphasis':
        return element('em', {}, ...renderInline(part.children));
    }
  });
}
