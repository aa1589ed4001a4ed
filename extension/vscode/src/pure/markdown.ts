/**
 * Markdown as data, by markdown-it. It makes no HTML: the panel builds nodes from it and sets their
 * text, so that nothing in an answer can become markup. Half an answer, as it is streamed, is read
 * as if it ended there.
 */

import MarkdownIt, { type Token } from 'markdown-it';

export type Tag =
  | 'p'
  | 'h3'
  | 'h4'
  | 'blockquote'
  | 'hr'
  | 'ul'
  | 'ol'
  | 'li'
  | 'strong'
  | 'em'
  | 's'
  | 'code'
  | 'table'
  | 'thead'
  | 'tbody'
  | 'tr'
  | 'th'
  | 'td';

export interface Formatted {
  kind: 'formatted';
  tag: Tag;
  children: Content[];
  /** The first number of an ordered list that does not begin with 1. */
  start?: number;
}
export interface Link {
  kind: 'link';
  /** Begins with `https:`, `http:` or `mailto:`. */
  href: string;
  children: Content[];
}
/** A block of code. */
export interface Code {
  kind: 'code';
  language: string;
  text: string;
}
export type Content = string | Formatted | Link | Code;

const SAFE_LINK = /^(?:https?|mailto):/i;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
// `lheading`: the first dash of a list would make a heading of the line above for a moment.
// `reference`: a definition would change blocks that were shown before.
markdown.disable(['lheading', 'reference']);
// Other links and images stay as they are written.
markdown.validateLink = (url) => SAFE_LINK.test(url);

const TAGS: Record<string, Tag> = {
  h1: 'h3', // the page's own headings come first
  h2: 'h3',
  h5: 'h4',
  h6: 'h4',
};

/** The top-level blocks of `source`. */
export function parseMarkdown(source: string): Content[] {
  return contents(markdown.parse(source, {}));
}

/**
 * The blocks of a text that grows at its end. A block that can no longer change is not read again:
 * one is final when another begins below it in a line that is complete.
 */
export class GrowingMarkdown {
  private settled = '';
  private nSettled = 0;

  /** Read `source`. The first `nKept` blocks are those of before, `blocks` are those after them. */
  update(source: string): { nKept: number; blocks: Content[] } {
    if (!source.startsWith(this.settled)) {
      this.settled = '';
      this.nSettled = 0;
    }
    const nKept = this.nSettled;
    const tail = source.slice(this.settled.length);
    const tokens = markdown.parse(tail, {});
    this.settle(tail, tokens);
    return { nKept, blocks: contents(tokens) };
  }

  /** Note which blocks of `tail` are final. */
  private settle(tail: string, tokens: Token[]): void {
    const starts = tokens
      .filter((token) => token.level === 0 && token.nesting >= 0)
      .map((token) => token.map![0]);
    const lineStarts = [0];
    for (let at = tail.indexOf('\n'); at >= 0; at = tail.indexOf('\n', at + 1)) {
      lineStarts.push(at + 1);
    }
    const nCompleteLines = lineStarts.length - 1;
    const last = starts.findLastIndex((line) => line < nCompleteLines);
    if (last > 0) {
      this.settled += tail.slice(0, lineStarts[starts[last]!]);
      this.nSettled += last;
    }
  }
}

function contents(tokens: Token[]): Content[] {
  const top: Content[] = [];
  const open: Content[][] = [top];
  for (const token of tokens) {
    const parent = open.at(-1)!;
    if (token.nesting < 0) {
      open.pop();
    } else if (token.nesting > 0) {
      // The paragraph of an item in a list without blank lines is hidden.
      const made = token.hidden ? undefined : opened(token);
      if (made) {
        parent.push(made);
      }
      open.push(made ? made.children : parent);
    } else {
      for (const content of leaf(token)) {
        const last = parent.length - 1;
        if (typeof content === 'string' && typeof parent[last] === 'string') {
          parent[last] += content;
        } else if (content !== '') {
          parent.push(content);
        }
      }
    }
  }
  return top;
}

function opened(token: Token): Formatted | Link {
  if (token.type === 'link_open') {
    return { kind: 'link', href: String(token.attrGet('href')), children: [] };
  }
  const start = token.attrGet('start');
  return {
    kind: 'formatted',
    tag: TAGS[token.tag] ?? (token.tag as Tag),
    children: [],
    ...(start === null ? {} : { start: Number(start) }),
  };
}

function leaf(token: Token): Content[] {
  switch (token.type) {
    case 'inline':
      return contents(token.children ?? []);
    case 'softbreak':
    case 'hardbreak':
      return ['\n'];
    case 'hr':
      return [{ kind: 'formatted', tag: 'hr', children: [] }];
    case 'code_inline':
      return [{ kind: 'formatted', tag: 'code', children: [token.content] }];
    case 'fence':
    case 'code_block': {
      const language = token.info.trim().split(/\s/, 1)[0]!;
      return [{ kind: 'code', language, text: token.content.replace(/\n$/, '') }];
    }
    case 'image': {
      // Nothing is loaded from elsewhere.
      const href = String(token.attrGet('src'));
      return [{ kind: 'link', href, children: [token.content || href] }];
    }
    default:
      return [token.content];
  }
}
