/**
 * The messages beyond LSP, as docs/protocol.md has them. Nothing else in the extension names a
 * method or shapes a message.
 */

import type { WorkspaceEdit } from 'vscode-languageclient';

export interface Position {
  line: number;
  character: number;
}
export interface Range {
  start: Position;
  end: Position;
}
export interface DocumentId {
  uri: string;
}

export type ExpertState = 'absent' | 'loading' | 'warm' | 'unloading' | 'failed';

export interface Expert {
  name: string;
  languages: string[];
  model: string;
  /** The model that must be in memory for it: the base under its adapter, or its own. */
  seat: string;
  state: ExpertState;
  /** How long it has been in this state. */
  stateSeconds: number;
  sizeBytes: number | null;
  probability: number;
  demanded: boolean;
  pinned: boolean;
  reason: string;
  error: string;
  loadSeconds: number | null;
}

export interface Completion {
  id: string;
  language: string | null;
  expert: string | null;
  servedBy: string | null;
  outcome: string;
  note: string;
}

export interface Status {
  focus: { uri: string | null; language: string | null; expert: string | null; note: string };
  experts: Expert[];
  memory: { budgetBytes: number; usedBytes: number; foreignBytes: number; peakBytes: number };
  engine: { kind: string; url: string; version: string; up: boolean; message: string };
  lastCompletion: Completion | null;
}

/** A load, an unload or a cancellation. */
export interface Decision {
  /** Seconds since 1970, when it began. */
  time: number;
  action: string;
  model: string;
  expert: string;
  reason: string;
  probability: number;
  sizeBytes: number | null;
  usedBytes: number;
  budgetBytes: number;
  /** null while it has not ended. */
  durationSeconds: number | null;
  outcome: string;
}

export interface Events {
  /** Oldest first. */
  events: Decision[];
}

export interface AskParams {
  question: string;
  /** As the first answer named it; none begins a new one. */
  conversation?: string;
  /** In place of the conversation's last answer. */
  instead?: boolean;
  textDocument?: DocumentId;
  range?: Range;
  expert?: string;
  partialResultToken?: string;
}

export interface AskResult {
  conversation: string;
  answer: string;
  contributions: { expert: string; language: string | null; text: string }[];
  sources: { uri: string; range: Range | null }[];
}

export interface EditParams {
  instruction: string;
  textDocument: DocumentId;
  range: Range;
  partialResultToken?: string;
}

export interface EditResult {
  edit: WorkspaceEdit;
  expert: string;
}

/** The value of `$/progress` for the partialResultToken of `hotseat/ask` and `hotseat/edit`. */
export interface Part {
  conversation?: string;
  /** A text by this expert begins; what was streamed before counts no more. */
  expert?: string;
  language?: string;
  /** What is waited for, or why somebody else answers; in place of the note before. */
  note?: string;
  /** To be added to the text. */
  text?: string;
}

export interface CommandResult {
  message?: string;
  error?: string;
}

export const method = {
  status: 'hotseat/status',
  events: 'hotseat/events',
  ask: 'hotseat/ask',
  edit: 'hotseat/edit',
  didFocus: 'textDocument/didFocus',
  didChangeVisible: 'hotseat/didChangeVisible',
  didChangeCursor: 'hotseat/didChangeCursor',
  didChangeWindowFocus: 'hotseat/didChangeWindowFocus',
} as const;

/** The server's own commands (`workspace/executeCommand`); the language client registers them. */
export const serverCommand = {
  load: 'hotseat.load',
  unload: 'hotseat.unload',
  pin: 'hotseat.pin',
  unpin: 'hotseat.unpin',
  pull: 'hotseat.pull',
} as const;

export type ServerCommand = (typeof serverCommand)[keyof typeof serverCommand];

/** `hotseat doctor --json`. */
export interface DoctorReport {
  findings: { verdict: string; subject: string; detail: string; hint: string }[];
}
