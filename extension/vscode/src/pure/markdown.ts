/**
 * The part of Markdown that models write, as data. It makes no HTML: the panel builds nodes from
 * it and sets their text, so that nothing in an answer can become markup. Half an answer, as it is
 * streamed, is read as if it ended there.
 */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong'; children: Inline[] }
  | { kind: 'emphasis'; children: Inline[] };

export interface ListItem {
  children: Inline[];
  depth: number;
}

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'code'; language: string; text: string; closed: boolean }
  | { kind: 'list'; ordered: boolean; start: number; items: ListItem[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'rule' };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (line.trim() === '') {
      at += 1;
    } else if (fence) {
      at = readCode(lines, at, fence, blocks);
    } else if (heading) {
      blocks.push({
        kind: 'heading',
        level: heading[1]!.length,
        children: parseInline(heading[2]!),
      });
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push({ kind: 'rule' });
      at += 1;
    } else if (ITEM.test(line)) {
      at = readList(lines, at, blocks);
    } else if (QUOTE.test(line)) {
      const quoted: string[] = [];
      for (; at < lines.length; at += 1) {
        const match = QUOTE.exec(lines[at]!);
        if (match === null) {
          break;
        }
        quoted.push(match[1]!);
      }
      blocks.push({ kind: 'quote', children: parseInline(quoted.join('\n')) });
    } else {
      const text = [line];
      for (at += 1; at < lines.length && !opensBlock(lines[at]!); at += 1) {
        text.push(lines[at]!);
      }
      blocks.push({ kind: 'paragraph', children: parseInline(text.join('\n')) });
    }
  }
  return blocks;
}

function opensBlock(line: string): boolean {
  return (
    line.trim() === '' || [FENCE, HEADING, RULE, ITEM, QUOTE].some((pattern) => pattern.test(line))
  );
}

function readCode(lines: string[], at: number, fence: RegExpExecArray, blocks: Block[]): number {
  const mark = fence[1]!;
  const text: string[] = [];
  for (at += 1; at < lines.length; at += 1) {
    const closing = lines[at]!.trim();
    if (closing.startsWith(mark) && closing === mark[0]!.repeat(closing.length)) {
      blocks.push({ kind: 'code', language: fence[2]!, text: text.join('\n'), closed: true });
      return at + 1;
    }
    text.push(lines[at]!);
  }
  blocks.push({ kind: 'code', language: fence[2]!, text: text.join('\n'), closed: false });
  return at;
}

function readList(lines: string[], at: number, blocks: Block[]): number {
  const first = ITEM.exec(lines[at]!)!;
  const items: { text: string; depth: number }[] = [];
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    const item = ITEM.exec(line);
    const last = items.at(-1);
    if (item) {
      items.push({
        text: item[3]!,
        depth: Math.floor(item[1]!.replaceAll('\t', '    ').length / 2),
      });
    } else if (last && /^\s{2,}\S/.test(line) && !FENCE.test(line.trim())) {
      last.text += `\n${line.trim()}`;
    } else {
      break;
    }
  }
  blocks.push({
    kind: 'list',
    ordered: first[2] !== undefined,
    start: Number(first[2] ?? 1),
    items: items.map(({ text, depth }) => ({ children: parseInline(text), depth })),
  });
  return at;
}

/** Inner spans are read too, so bold may hold code; unpaired marks stay as they were written. */
export function parseInline(text: string): Inline[] {
  const found: Inline[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain) {
      found.push({ kind: 'text', text: plain });
      plain = '';
    }
  };
  for (let at = 0; at < text.length; ) {
    const span = spanAt(text, at);
    if (span) {
      flush();
      found.push(span.inline);
      at = span.end;
    } else if (text[at] === '\\' && /[\\`*_#>[\]()-]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
    } else {
      // A run of marks that opens nothing is text as a whole.
      const run = /^(`+|\*+|_+)/.exec(text.slice(at, at + 80))?.[0] ?? text[at]!;
      plain += run;
      at += run.length;
    }
  }
  flush();
  return found;
}

function spanAt(text: string, at: number): { inline: Inline; end: number } | undefined {
  const mark = text[at];
  if (mark === '`') {
    const ticks = /^`+/.exec(text.slice(at, at + 80))![0];
    const end = text.indexOf(ticks, at + ticks.length);
    if (end < 0 || text[end + ticks.length] === '`') {
      return undefined;
    }
    const code = text.slice(at + ticks.length, end);
    const trimmed = /^ .*[^ ].* $/s.test(code) ? code.slice(1, -1) : code;
    return { inline: { kind: 'code', text: trimmed }, end: end + ticks.length };
  }
  if (mark !== '*' && mark !== '_') {
    return undefined;
  }
  // `_` within a word is part of a name.
  if (mark === '_' && /\w/.test(text[at - 1] ?? '')) {
    return undefined;
  }
  for (const width of [2, 1]) {
    const marks = mark.repeat(width);
    if (!text.startsWith(marks, at) || /\s/.test(text[at + width] ?? ' ')) {
      continue;
    }
    const end = closing(text, at + width, marks);
    if (end !== undefined) {
      const children = parseInline(text.slice(at + width, end));
      const inline: Inline = { kind: width === 2 ? 'strong' : 'emphasis', children };
      return { inline, end: end + width };
    }
  }
  return undefined;
}

/** Where `marks` close what they opened before `from`; those within code do not count. */
function closing(text: string, from: number, marks: string): number | undefined {
  const mark = marks[0]!;
  for (let at = from; at < text.length; ) {
    if (text[at] === '`') {
      at = spanAt(text, at)?.end ?? at + 1;
    } else if (text[at] === mark) {
      let end = at;
      while (text[end] === mark) {
        end += 1;
      }
      const inWord = mark === '_' && /\w/.test(text[end] ?? '');
      if (end - at === marks.length && at > from && !/\s/.test(text[at - 1]!) && !inWord) {
        return at;
      }
      at = end;
    } else {
      at += 1;
    }
  }
  return undefined;
}
