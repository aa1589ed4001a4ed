/**
 * The messages beyond LSP (docs/protocol.md).
 * Generated from server/hotseat/lsp/ext.py by `make protocol`: do not edit.
 */

import type { WorkspaceEdit } from 'vscode-languageclient';

/** Zero-based line, and character offset in it, in units of the negotiated encoding. */
export interface Position {
  line: number;
  character: number;
}

/** Half-open: `end` is not part of it. */
export interface Range {
  start: Position;
  end: Position;
}

export type ExpertState = 'absent' | 'loading' | 'warm' | 'unloading' | 'failed';

export type CompletionOutcome =
  | 'shown'
  | 'empty'
  | 'hidden'
  | 'superseded'
  | 'failed'
  | 'accepted'
  | 'rejected';

export type CompletionSource = 'engine' | 'cache' | 'stream';

/** What to do with the memory of the workspace. */
export interface MemoryParams {
  action: 'list' | 'search' | 'show' | 'pin' | 'forget';
  /** Of `search`: what is looked for. */
  question?: string;
  /** Of `show` and `forget`: the id of a conversation. */
  conversation?: string;
  /** Of `forget`: the id of a turn. Of `pin`: the turn whose text becomes a pinned fact. */
  turn?: number;
  /** Of `pin` and `forget`: the id of a fact. */
  fact?: number;
  /** Of `pin`: a new statement. */
  text?: string;
}

/** One line of the brief: of a turn or of a fact. */
export interface RecalledNote {
  text: string;
  turn: number | null;
  fact: number | null;
}

export interface MemoryConversation {
  id: string;
  /** The beginning of its first question. */
  title: string;
  /** When its last turn was, in seconds since 1970. */
  lastS: number;
  turns: number;
}

export interface MemoryTurn {
  id: number;
  conversation: string;
  role: 'user' | 'assistant';
  /** ISO 8601, in the user's time zone. */
  day: string;
  expert: string | null;
  language: string | null;
  text: string;
}

export interface MemoryFact {
  id: number;
  kind: 'decision' | 'preference' | 'project';
  text: string;
  pinned: boolean;
  supersededBy: number | null;
  /** The program whose note it is, while the user has not confirmed it; to pin it confirms it. */
  unconfirmedFrom?: string;
}

/** `list` returns conversations and facts, `search` and `show` turns, `pin` the facts. */
export interface MemoryResult {
  conversations?: MemoryConversation[];
  turns?: MemoryTurn[];
  facts?: MemoryFact[];
  /** How many entries `forget` removed. */
  removed?: number;
}

/** A diagnostic of the document that the question is about, from any language server. */
export interface AskedDiagnostic {
  line: number;
  message: string;
  /** LSP's DiagnosticSeverity: 1 (error) to 4 (hint). */
  severity?: number;
  source?: string;
}

/** A part of the workspace or the conversation that went into the prompt. */
export interface ContextItem {
  /** For `without` of `hotseat/ask`: the same when the question is asked again. */
  id: string;
  kind: 'selection' | 'file' | 'symbol' | 'diagnostics' | 'edit' | 'memory' | 'conversation';
  title: string;
  /** Of the prompt, in UTF-8. */
  bytes: number;
  /** Only its beginning fits. */
  cut: boolean;
  uri?: string;
  /** From 0. */
  firstLine?: number;
  /** Number of lines shown. */
  lines?: number;
}

/** Asks for what an @ in a question can name. */
export interface MentionsParams {
  /** The text after the @. */
  text: string;
  limit?: number;
}

export interface MentionItem {
  /** What takes the place of the text after the @; in quotation marks if it has spaces. */
  insert: string;
  kind: 'file' | 'symbol';
  /** Where it is: a path and a line, or a folder. */
  detail: string;
}

export interface MentionsResult {
  items: MentionItem[];
}

/** LSP's TextDocumentIdentifier. */
export interface DocumentId {
  uri: string;
}

export interface DidFocusParams {
  /** The document that has the focus; absent if none has. */
  textDocument?: DocumentId;
}

export interface DidChangeVisibleParams {
  /** All documents that are visible. */
  textDocuments: DocumentId[];
}

export interface DidChangeCursorParams {
  textDocument: DocumentId;
  position: Position;
}

export interface DidChangeWindowFocusParams {
  /** Whether the editor's window has the system's focus. */
  focused: boolean;
}

export interface DidResolveSuggestionParams {
  /** The argument of the suggestion's command. */
  id: string | number;
  outcome: 'accepted' | 'rejected';
}

/** The argument of the commands that code actions name. */
export interface Selection {
  textDocument: DocumentId;
  range: Range;
}

export interface PastTurn {
  question: string;
  answer: string;
}

export interface AskParams {
  question: string;
  /** The id of an earlier answer, whose conversation is continued. Without it a new one begins, as with an id that the server does not know, unless `history` has the turns. */
  conversation?: string;
  /** The turns of a conversation that the server does not know, as after its restart; without the one that is replaced. */
  history?: PastTurn[];
  /** The answer replaces the conversation's last answer. */
  instead?: boolean;
  textDocument?: DocumentId;
  /** The selected text. An empty range is the position of the cursor. */
  range?: Range;
  /** The name of the expert that answers. Without it the server chooses. */
  expert?: string;
  /** Those of the document, as the client shows them. */
  diagnostics?: AskedDiagnostic[];
  /** Ids of ContextItems of an earlier answer that are not to be shown to the model. */
  without?: string[];
  /** The token of `$/progress` with values of type Part. */
  partialResultToken?: string | number;
}

export interface EditParams {
  instruction: string;
  textDocument: DocumentId;
  range: Range;
  /** The token of `$/progress` with values of type Part. */
  partialResultToken?: string | number;
}

/** The value of `$/progress` for `partialResultToken` of `hotseat/ask` and `hotseat/edit`. */
export interface Part {
  /** The conversation's id; in the first value of an answer. */
  conversation?: string;
  /** The expert that answers: a new text begins and replaces what was streamed before. */
  expert?: string;
  /** The language that the expert answers for. */
  language?: string;
  /** What the request waits for, or why another expert answers; "" for nothing any more. */
  note?: string;
  /** Seconds without a text: sent once a second until the first text. */
  waitedS?: number;
  /** Text to append. */
  text?: string;
}

export interface Contribution {
  /** The expert that wrote it. */
  expert: string;
  language: string | null;
  text: string;
  /** Of an answer in parts: the expert that the part is for, which may be another. */
  chosen?: string;
}

/** Lines that went into the prompt. */
export interface Source {
  uri: string;
  range: Range;
}

export interface AskResult {
  conversation: string;
  /** The whole text, which replaces what was streamed. */
  answer: string;
  contributions: Contribution[];
  sources: Source[];
  /** What the prompt held of earlier conversations. */
  recalled?: RecalledNote[];
  /** What went into the prompt beside the question. */
  context?: ContextItem[];
  /** What found no room in it, and what an @ names and was not shown, as phrases. */
  leftOut?: string[];
}

export interface EditResult {
  /** To be shown to the user before it is applied. */
  edit: WorkspaceEdit;
  expert: string;
}

/** What a request for a suggestion would send. */
export interface PromptResult {
  /** Why nothing would be sent; then the rest is empty. */
  problem: string;
  expert: string;
  model: string;
  /** Its address. */
  engine: string;
  prompt: string;
  /** The text after the cursor, where the engine puts it into the model's format itself. */
  suffix: string | null;
  maxTokens: number;
}

/** The result of `workspace/executeCommand`: one of the two, a text for the user. */
export interface CommandResult {
  message?: string;
  error?: string;
}

export interface FocusStatus {
  uri: string | null;
  /** The language of the region under the cursor. */
  language: string | null;
  expert: string | null;
  /** Why there is no expert for the language; else empty. */
  note: string;
}

/** What the engine does not have, and the expert needs. */
export interface DownloadStatus {
  model: string;
  /** According to the roster; null if it does not say. */
  sizeBytes: number | null;
  /** Why it cannot be downloaded, and what to do; else empty. */
  problem: string;
}

export interface ExpertStatus {
  name: string;
  languages: string[];
  model: string;
  /** The model that must be in memory for it: its own, or the base under its adapter. */
  seat: string;
  state: ExpertState;
  /** How long it has been in this state. */
  stateSeconds: number;
  sizeBytes: number | null;
  /** The probability that it is needed soon, 0 to 1. */
  probability: number;
  /** The user needs it now. */
  demanded: boolean;
  pinned: boolean;
  /** Why it is in memory, or wanted there. */
  reason: string;
  /** Why its state is `failed`; else empty. */
  error: string;
  /** How long its last load took. */
  loadSeconds: number | null;
  /** The fill-in-the-middle format in use; empty before it is known. */
  fim: string;
  /** null if nothing is known to be missing. */
  download: DownloadStatus | null;
}

export interface MemoryStatus {
  budgetBytes: number;
  usedBytes: number;
  /** Used by models that Hotseat did not load. */
  foreignBytes: number;
  peakBytes: number;
  /** Of the used bytes: prompts that the engine keeps for the next time. */
  keptBytes: number;
  /** Of the used bytes: a process that waits for the next load. */
  spareBytes: number;
}

export interface RosterStatus {
  /** The shipped roster below the user's own file. */
  name: string;
  /** Why it was chosen, as a sentence; empty before an engine was looked for. */
  reason: string;
}

export interface EngineStatus {
  /** `ollama`, `embedded` or `openai`. */
  kind: string;
  url: string;
  version: string;
  up: boolean;
  /** Why it is not up, and what to do; else empty. */
  message: string;
}

/** Completion requests since the server started, and where their answers came from. */
export interface CompletionCounts {
  asked: number;
  fromCache: number;
  fromStream: number;
  fromEngine: number;
  /** Begun before the editor asked. */
  early: number;
}

/** What the filter knew of a suggestion beside its text. Logarithms are natural. */
export interface Certainty {
  /** From 0 (hide) to 1 (show). */
  score: number;
  mode: 'line' | 'block';
  /** null where it was not checked. */
  parses: boolean | null;
  /** Of the tokens shown; null where the engine reports none. */
  meanLogprob: number | null;
  firstLogprob: number | null;
  /** The sum over the tokens shown. */
  jointLogprob: number | null;
}

/** The newest completion request. Times are in milliseconds; null where there is none yet. */
export interface LastCompletion {
  id: string;
  language: string | null;
  expert: string | null;
  /** The expert that answered. */
  servedBy: string | null;
  outcome: CompletionOutcome;
  /** Why nothing was shown, or which expert answered instead of one that was not warm. */
  note: string;
  /** `stream` is one that was under way for an earlier key. */
  source: CompletionSource;
  beforeEngineMs: number | null;
  delayMs: number;
  firstTokenMs: number | null;
  engineMs: number | null;
  totalMs: number | null;
  nPromptTokens: number | null;
  nCachedTokens: number | null;
  /** Written by the model. */
  nTokens: number | null;
  text: string;
  /** null where there was no suggestion. */
  certainty: Certainty | null;
}

export interface Status {
  focus: FocusStatus;
  experts: ExpertStatus[];
  memory: MemoryStatus;
  roster: RosterStatus;
  engine: EngineStatus;
  completions: CompletionCounts;
  lastCompletion: LastCompletion | null;
}

/** A load, an unload, a cancellation, or a model that left memory without Hotseat's doing. */
export interface Decision {
  /** Seconds since 1970, when it began. */
  time: number;
  action: 'load' | 'unload' | 'cancel' | 'gone';
  model: string;
  expert: string;
  reason: string;
  /** The probability that the model is needed soon, 0 to 1. */
  probability: number;
  sizeBytes: number | null;
  /** Of the budget by all models, when this was decided. */
  usedBytes: number;
  budgetBytes: number;
  /** null while it has not ended. */
  durationSeconds: number | null;
  outcome: 'running' | 'done' | 'failed' | 'cancelled' | 'too late' | 'engine lost';
}

export interface Events {
  /** Oldest first. */
  events: Decision[];
}

export interface StartingEngine {
  message: string;
}

/** The result of `hotseat/status` before the notification `initialized`. */
export interface StartingStatus {
  engine: StartingEngine;
}

export interface InitializationOptions {
  /** The set of models: `ollama`, `starter`, `adapters` or `code`, which come with Hotseat, or the path of a file like experts.yaml. Empty: your own experts.yaml, or what fits the engine. */
  roster?: string;
  /** The address of the program that runs the models, instead of the one in experts.yaml. */
  engineUrl?: string;
  /** Bytes of memory for all models together, instead of the limit in experts.yaml. */
  budgetBytes?: number;
  /** Whether the workspace's own experts.yaml may name hosts, paths and budgets. None: the editor does not decide, and `hotseat trust` does. */
  trusted?: boolean;
  /** Notice files that other programs change in the workspace, such as generated code, and load models for their languages too. */
  watchFiles?: boolean;
  /** Keep an index of the definitions in the workspace, for questions. It is built in the background, and holds signatures, not files. */
  indexSymbols?: boolean;
  /** Learn which languages you use after which, and load models before you need them. Off: a model is loaded when you open a file of its language. */
  forecast?: boolean;
  /** Milliseconds without a key before a suggestion is asked for: a higher value uses the processor less, and each suggestion comes later. */
  debounceMs?: number;
  /** The longest suggestion in lines, 12 at most: a lower value shows less text at a time. */
  maxLines?: number;
  /** A model is sent pieces of other open files with the text around the cursor: suggestions know names from there. Off: it is sent the file itself only. */
  sendOpenFiles?: boolean;
  /** The client carries out `hotseat.edit`, `hotseat.explain` and `hotseat.document`. */
  codeActions?: boolean;
  /** Record what becomes of suggestions, if the roster does. Without it, what a script types does not count as the user's. */
  statistics?: boolean;
  /** Offer suggestions as items of ordinary completion, for editors without inline completion. */
  completionFallback?: boolean;
}

export const method = {
  /** Notification, client → server: DidFocusParams. */
  didFocus: 'textDocument/didFocus',
  /** Notification, client → server: DidChangeVisibleParams. */
  didChangeVisible: 'hotseat/didChangeVisible',
  /** Notification, client → server: DidChangeCursorParams. */
  didChangeCursor: 'hotseat/didChangeCursor',
  /** Notification, client → server: DidChangeWindowFocusParams. */
  didChangeWindowFocus: 'hotseat/didChangeWindowFocus',
  /** Notification, client → server: DidResolveSuggestionParams. */
  didResolveSuggestion: 'hotseat/didResolveSuggestion',
  /** Request: AskParams → AskResult, in parts of type Part. */
  ask: 'hotseat/ask',
  /** Request: EditParams → EditResult, in parts of type Part. */
  edit: 'hotseat/edit',
  /** Request: MemoryParams → MemoryResult. */
  memory: 'hotseat/memory',
  /** Request: MentionsParams → MentionsResult. */
  mentions: 'hotseat/mentions',
  /** Request: DidChangeCursorParams → PromptResult. */
  prompt: 'hotseat/prompt',
  /** Request: no parameters → Events. */
  events: 'hotseat/events',
  /** Request: no parameters → Status. Notification, server → client: Status. */
  status: 'hotseat/status',
} as const;

/** Parameters of the notifications to the server, by method. */
export interface NotificationParams {
  'textDocument/didFocus': DidFocusParams;
  'hotseat/didChangeVisible': DidChangeVisibleParams;
  'hotseat/didChangeCursor': DidChangeCursorParams;
  'hotseat/didChangeWindowFocus': DidChangeWindowFocusParams;
  'hotseat/didResolveSuggestion': DidResolveSuggestionParams;
}

/** The server's commands (`workspace/executeCommand`); each takes a string. */
export const serverCommand = {
  pin: 'hotseat.pin',
  unpin: 'hotseat.unpin',
  load: 'hotseat.load',
  unload: 'hotseat.unload',
  pull: 'hotseat.pull',
  useEngine: 'hotseat.useEngine',
  suggestionAccepted: 'hotseat.suggestionAccepted',
} as const;

/** The client's commands, which code actions name; each takes a Selection. */
export const clientCommand = {
  edit: 'hotseat.edit',
  explain: 'hotseat.explain',
  document: 'hotseat.document',
} as const;

export type ServerCommand = (typeof serverCommand)[keyof typeof serverCommand];
