/** What a next edit looks like, and where Tab and Escape are free for it. Knows no VS Code. */

export interface Place {
  line: number;
  character: number;
}

export interface Span {
  start: Place;
  end: Place;
}

const MAX_SHOWN_CHARS = 120;

/** The new text in one line, as it is shown after the place. */
export function shownText(text: string): string {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const first = lines[0] ?? '';
  const cut = first.length > MAX_SHOWN_CHARS ? `${first.slice(0, MAX_SHOWN_CHARS)}…` : first;
  return lines.length > 1 ? `${cut} … (${lines.length} lines)` : cut;
}

/** Whether the cursor is in a line that the edit changes: then Tab accepts. */
export function isAt(cursor: Place, range: Span): boolean {
  return cursor.line >= range.start.line && cursor.line <= range.end.line;
}

/** Whether Tab would indent: the cursor is in the white space that a line begins with. */
export function wouldIndent(lineText: string, character: number): boolean {
  return lineText.slice(0, character).trim() === '';
}

/** Whether an edit may be shown for a document of this version. */
export function isCurrent(edit: { version?: number }, version: number): boolean {
  return edit.version === version;
}
