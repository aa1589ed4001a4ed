/** Where in a question an @ is being typed, and the question with what was chosen for it. */

export interface Typed {
  /** Offset of the @. */
  start: number;
  /** The text after it, up to the cursor. */
  text: string;
}

const BEING_TYPED = /(^|[\s([{'"„“])@((?:"[^"\n]*)|[\w./\\:~+#-]*)$/;

/** What is typed after an @ before the cursor; undefined without one. An address of a mail has none. */
export function mentionAt(question: string, cursor: number): Typed | undefined {
  const found = BEING_TYPED.exec(question.slice(0, cursor));
  if (!found) {
    return undefined;
  }
  const text = found[2]!;
  return { start: cursor - text.length - 1, text };
}

/** The question with `insert` in place of what was typed, and where the cursor is then. */
export function withMention(
  question: string,
  typed: Typed,
  insert: string,
): { question: string; cursor: number } {
  const before = `${question.slice(0, typed.start)}@${insert}`;
  const rest = question.slice(typed.start + 1 + typed.text.length);
  const space = rest.startsWith(' ') ? '' : ' ';
  return { question: before + space + rest, cursor: before.length + 1 };
}
