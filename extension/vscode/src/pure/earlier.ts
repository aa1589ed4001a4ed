/** What is remembered of conversations, as entries to choose from and as turns to show again. */

import type { MemoryConversation, MemoryTurn } from '../protocol.ts';

const MAX_LABEL_CHARS = 120;

export interface EarlierEntry {
  label: string;
  description: string;
  conversation: string;
  /** A turn that was found by its words is shown even if its label does not have them. */
  alwaysShow: boolean;
  /** A whole conversation can be forgotten from the list. */
  isConversation: boolean;
}

export interface PastAnswer {
  question: string;
  /** Empty if it was forgotten. */
  answer: string;
  experts: string[];
}

export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `now` is in milliseconds, as of `Date.now()`. */
export function conversationEntries(
  conversations: readonly MemoryConversation[],
  now: number,
): EarlierEntry[] {
  return conversations.map(({ id, title, lastS, turns }) => ({
    label: oneLine(title),
    description: `${dayOf(lastS * 1000, now)}, ${counted(turns, 'turn')}`,
    conversation: id,
    alwaysShow: false,
    isConversation: true,
  }));
}

export function foundEntries(turns: readonly MemoryTurn[]): EarlierEntry[] {
  return turns.map(({ conversation, role, day, expert, text }) => ({
    label: oneLine(text),
    description: `${role === 'user' ? 'You' : (expert ?? 'Hotseat')}, ${day}`,
    conversation,
    alwaysShow: true,
    isConversation: false,
  }));
}

/** Each question with the answer that follows it; an answer without its question is left out. */
export function pastAnswers(turns: readonly MemoryTurn[]): PastAnswer[] {
  return turns.flatMap((turn, at) => {
    if (turn.role !== 'user') {
      return [];
    }
    const next = turns[at + 1];
    const answer = next?.role === 'assistant' ? next : undefined;
    return [
      {
        question: turn.text,
        answer: answer?.text ?? '',
        experts: answer?.expert ? [answer.expert] : [],
      },
    ];
  });
}

function dayOf(time: number, now: number): string {
  const day = isoDay(time);
  return day === isoDay(now) ? 'today' : day;
}

/** In the user's time zone. */
function isoDay(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function oneLine(text: string): string {
  const line = [...text.replace(/\s+/g, ' ').trim()];
  return line.length > MAX_LABEL_CHARS
    ? `${line.slice(0, MAX_LABEL_CHARS - 1).join('')}…`
    : line.join('');
}
