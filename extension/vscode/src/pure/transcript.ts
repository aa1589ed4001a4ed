/** The conversations of one window: questions, answers as they grow, who answered, with what. */

import type { AskResult, ContextItem, Part, PastTurn, RecalledNote, Source } from '../protocol.ts';
import type { PastAnswer } from './earlier.ts';

/** A note of earlier conversations that an answer got, and what the user did with it. */
export interface Note extends RecalledNote {
  state: 'recalled' | 'pinned' | 'forgotten';
}

export interface Turn {
  id: number;
  question: string;
  answer: string;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  /** Why it failed; else empty. */
  problem: string;
  /** What the request waits for, or why another expert answers; else empty. */
  note: string;
  /** Seconds without a text, until the first text. */
  waitedS: number;
  experts: string[];
  sources: Source[];
  notes: Note[];
  /** What the model was shown. */
  shown: ContextItem[];
  /** What it was not shown, as phrases. */
  leftOut: string[];
  /** Ids of the parts that the user has removed. */
  without: string[];
}

export interface Conversation {
  /** The server's name for it; none before the first answer. */
  id: string | undefined;
  /** The server that runs now knows its turns. */
  isKnown: boolean;
  turns: Turn[];
}

export const MAX_CONVERSATIONS = 20;
/** More turns than a model's context holds. */
const MAX_HISTORY = 50;

/** Newest conversation last; the current one is never dropped. */
export class Transcripts {
  private conversations: Conversation[] = [{ id: undefined, isKnown: false, turns: [] }];
  private at = 0;
  private nextId = 1;

  get current(): Conversation {
    return this.conversations[this.at]!;
  }

  /** Index and first question of each conversation, newest first. */
  titles(): { index: number; title: string; current: boolean }[] {
    return this.conversations
      .map((conversation, index) => ({
        index,
        title: conversation.turns[0]?.question ?? '',
        current: index === this.at,
      }))
      .filter((entry) => entry.title !== '')
      .reverse();
  }

  /** Begin a new one; an empty one is used again. */
  begin(): void {
    if (this.conversations.at(-1)!.turns.length > 0) {
      this.conversations.push({ id: undefined, isKnown: false, turns: [] });
      this.conversations = this.conversations.slice(-MAX_CONVERSATIONS);
    }
    this.at = this.conversations.length - 1;
  }

  open(index: number): void {
    if (this.conversations[index]) {
      this.at = index;
    }
  }

  /** Go on with a remembered conversation; one that is here already is opened as it is. */
  reopen(id: string, answers: readonly PastAnswer[]): void {
    const known = this.conversations.findIndex((conversation) => conversation.id === id);
    if (known >= 0) {
      this.at = known;
      return;
    }
    this.begin();
    Object.assign(this.current, { id, isKnown: true });
    for (const { question, answer, experts } of answers) {
      Object.assign(this.ask(question), { answer, experts, state: 'done' });
    }
  }

  ask(question: string): Turn {
    const turn: Turn = {
      id: this.nextId++,
      question,
      answer: '',
      state: 'streaming',
      problem: '',
      note: '',
      waitedS: 0,
      experts: [],
      sources: [],
      notes: [],
      shown: [],
      leftOut: [],
      without: [],
    };
    this.current.turns.push(turn);
    return turn;
  }

  /** The turn with that id in the current conversation. */
  turn(id: number): Turn | undefined {
    return this.current.turns.find((turn) => turn.id === id);
  }

  /** The last question once more, in place of its answer; none while that is still coming. */
  again(): Turn | undefined {
    const { turns } = this.current;
    const last = turns.at(-1);
    if (!last || last.state === 'streaming') {
      return undefined;
    }
    turns.pop();
    return this.ask(last.question);
  }

  /**
   * Begin a conversation with the turns before that one, whose question is asked in other words. The
   * conversation that has it stays as it is. False if it is not in the current conversation.
   */
  branch(id: number): boolean {
    const { turns } = this.current;
    const at = turns.findIndex((turn) => turn.id === id);
    if (at < 0) {
      return false;
    }
    this.begin();
    this.current.turns.push(...turns.slice(0, at));
    return true;
  }

  /** The server that knew the turns is gone: the next question brings them. */
  forgetServer(): void {
    for (const conversation of this.conversations) {
      conversation.isKnown = false;
    }
  }
}

/** Take in one partial result; true if more than text at the end of the answer changed. */
export function grow(conversation: Conversation, turn: Turn, part: Part): boolean {
  if (turn.state !== 'streaming') {
    return false;
  }
  if (part.conversation !== undefined) {
    known(conversation, part.conversation);
  }
  turn.note = part.note ?? turn.note;
  turn.waitedS = part.text ? 0 : (part.waitedS ?? turn.waitedS);
  if (part.expert !== undefined) {
    turn.experts = [part.expert];
    turn.answer = '';
  }
  turn.answer += part.text ?? '';
  return part.expert !== undefined || part.note !== undefined;
}

/** The result has the whole answer: it stands in place of what was streamed. */
export function finish(conversation: Conversation, turn: Turn, result: AskResult): void {
  known(conversation, result.conversation);
  turn.answer = result.answer || turn.answer;
  turn.experts = [...new Set(result.contributions.map((part) => part.expert))];
  turn.sources = result.sources;
  turn.notes = (result.recalled ?? []).map((note) => ({ ...note, state: 'recalled' }));
  turn.shown = result.context ?? [];
  turn.leftOut = result.leftOut ?? [];
  turn.state = 'done';
}

/**
 * The turns before `turn` that a server needs that does not know the conversation: those with an
 * answer, the last of them in a bounded number.
 */
export function history(conversation: Conversation, turn: Turn): PastTurn[] {
  if (conversation.isKnown) {
    return [];
  }
  return conversation.turns
    .filter((past) => past !== turn && past.answer !== '' && past.state !== 'failed')
    .slice(-MAX_HISTORY)
    .map(({ question, answer }) => ({ question, answer }));
}

function known(conversation: Conversation, id: string): void {
  conversation.id = id;
  conversation.isKnown = true;
}

export function fail(turn: Turn, problem: string): void {
  turn.state = 'failed';
  turn.problem = problem;
}

export function stop(turn: Turn): void {
  turn.state = 'stopped';
}
