/** What the panel's page and the extension say to each other. */

import type { ContextItem, MentionItem, Source } from '../protocol.ts';
import type { Turn } from '../pure/transcript.ts';
import type { TaskFromPage, TaskToPage } from './taskMessages.ts';

/** A source as the user reads it. */
export interface ShownSource extends Source {
  label: string;
}
export type ShownTurn = Omit<Turn, 'sources'> & { sources: ShownSource[] };

/** What would go with a question now. */
export interface AskContext {
  file: string | undefined;
  /** The language id of the file. */
  language: string | undefined;
  /** `lines 3–9`. */
  selection: string | undefined;
}

export type ToPage =
  | TaskToPage
  | {
      kind: 'conversation';
      turns: ShownTurn[];
      titles: { index: number; title: string; current: boolean }[];
    }
  | { kind: 'turn'; turn: ShownTurn }
  /** Seconds without a text. */
  | { kind: 'waited'; id: number; waitedS: number }
  | { kind: 'grow'; id: number; text: string }
  | { kind: 'context'; context: AskContext }
  | { kind: 'needs'; words: string }
  /** What an @ can name: the answer to `mention` with the same id. */
  | { kind: 'mentions'; id: number; items: MentionItem[] }
  | { kind: 'focus' };

export type FromPage =
  | TaskFromPage
  | { kind: 'ready' }
  /** The question box has the focus, as was asked for. */
  | { kind: 'focused' }
  | { kind: 'ask'; question: string; withFile: boolean; withSelection: boolean }
  /** The last question once more, without the file. */
  | { kind: 'againWithoutFile' }
  /** The last question once more; without one more part of what it was shown, if `id` names one. */
  | { kind: 'again'; id?: string }
  /** In place of the turn's question, in a conversation of its own with the turns before it. */
  | {
      kind: 'askInstead';
      turn: number;
      question: string;
      withFile: boolean;
      withSelection: boolean;
    }
  /** `text` is typed after an @. */
  | { kind: 'mention'; id: number; text: string }
  | { kind: 'stop' }
  | { kind: 'download' }
  /** Choose one of the earlier conversations. */
  | { kind: 'earlier' }
  /** The note with the number `at` of what the turn recalled. */
  | { kind: 'forget' | 'pin'; turn: number; at: number }
  | { kind: 'open'; index: number }
  | { kind: 'insert' | 'copy'; text: string }
  /** In the place that the turn was asked about. */
  | { kind: 'apply'; text: string; turn: number }
  | { kind: 'revealPart'; item: ContextItem }
  | { kind: 'reveal'; source: Source };
