/** A conversation as a Markdown document. */

import type { Turn } from './transcript.ts';

/** A turn whose sources have the words that the panel shows. */
export type ExportedTurn = Pick<Turn, 'question' | 'answer' | 'state' | 'problem' | 'experts'> & {
  sources: { label: string }[];
};

/** Questions are quoted; a line under each answer says who gave it, and what was read for it. */
export function asMarkdown(turns: readonly ExportedTurn[]): string {
  return `${turns.map((turn) => [quoted(turn.question), turn.answer.trim(), ending(turn)].filter(Boolean).join('\n\n')).join('\n\n---\n\n')}\n`;
}

function quoted(question: string): string {
  return question.replace(/^/gm, '> ').replace(/^> $/gm, '>');
}

function ending({ state, problem, experts, sources }: ExportedTurn): string {
  if (state === 'failed') {
    return `*failed: ${problem}*`;
  }
  const by = experts.length > 0 ? `answered by ${experts.join(', ')}` : '';
  const read = sources.length > 0 ? `read: ${sources.map(({ label }) => label).join('; ')}` : '';
  const unfinished = state === 'done' ? '' : 'not complete';
  const words = [by, unfinished, read].filter(Boolean).join(' · ');
  return words && `*${words}*`;
}
