/** The place that a question was about: followed while its document changes. */

export interface Position {
  line: number;
  character: number;
}

/** The lines of a range as users count them: a line at whose beginning it ends is not in it. */
export function linesOf({ start, end }: { start: Position; end: Position }): string {
  const first = start.line + 1;
  const endsBefore = end.line > start.line && end.character === 0;
  const last = endsBefore ? end.line : end.line + 1;
  return first === last ? `line ${first}` : `lines ${first}–${last}`;
}

/** A change of a document, in characters of the text before it. */
export interface TextChange {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/** A part of a document, in characters; empty for a mere cursor. */
export interface Span {
  start: number;
  end: number;
}

/** Where the span is after the change; undefined where the change reached into it. */
export function moved(span: Span, change: TextChange): Span | undefined {
  const changeEnd = change.rangeOffset + change.rangeLength;
  if (
    change.rangeOffset >= span.end &&
    (change.rangeOffset > span.start || span.end > span.start)
  ) {
    return span;
  }
  if (changeEnd > span.start) {
    return undefined;
  }
  const by = change.text.length - change.rangeLength;
  return { start: span.start + by, end: span.end + by };
}
