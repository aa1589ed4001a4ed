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

export type TaskState = 'planning' | 'planned' | 'running' | 'stopped' | 'done' | 'failed';

export type StepState =
  | 'waiting'
  | 'loading'
  | 'writing'
  | 'checking'
  | 'done'
  | 'failed'
  | 'cancelled';

export type StepAction = 'create' | 'edit' | 'rewrite';

export type FileState = 'proposed' | 'conflict' | 'written' | 'changed' | 'undone';

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

/** LSP's VersionedTextDocumentIdentifier. */
export interface VersionedDocumentId {
  uri: string;
  /** The client's version of the text; an offer for another one is none. */
  version?: number;
}

export interface NextEditParams {
  textDocument: VersionedDocumentId;
  /** Of the cursor. */
  position: Position;
}

/** LSP's Command: the client sends it after the edit was accepted. */
export interface NextEditCommand {
  title: string;
  command: string;
  arguments: string[];
}

/** A change somewhere in the document. It holds for `version` alone. */
export interface NextEdit {
  /** For `hotseat/didResolveSuggestion`. */
  id: string;
  textDocument: VersionedDocumentId;
  range: Range;
  /** What replaces the range. */
  text: string;
  command: NextEditCommand;
  /** The expert that wrote it; null where it follows from the last edit without a model. */
  expert: string | null;
}

export interface NextEditResult {
  /** At most one. */
  edits: NextEdit[];
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

/** A step as the user writes it, or has changed it. */
export interface TaskStepParams {
  /** In the workspace, with "/". */
  path: string;
  /** What is to be done in this file. */
  what: string;
  /** Of a step of the plan. Without it, it is a new step. */
  id?: number;
  /** Without it: `edit` if the file is there, else `create`. */
  action?: StepAction;
  /** Of `edit`: the definitions to rewrite, as `name` or `Type.member`. Without them, the file. */
  symbols?: string[];
  /** The ids of steps that must be done first. */
  after?: number[];
}

/** Begins a task (`instruction`), or runs one that is there, or follows it (`task`). */
export interface TaskParams {
  /** What the whole task is to do. Files and symbols can be named with an @. */
  instruction?: string;
  /** The id of a task: its steps that are not done are run. Of a task that runs already, the request follows it. */
  task?: string;
  /** The plan, written by the user. Without it, the server makes one. */
  steps?: TaskStepParams[];
  /** Answer when the plan is there, and run nothing. */
  planOnly?: boolean;
  /** Run the steps in their order, even if another order needs fewer loads. */
  inOrder?: boolean;
  /** The document that has the focus: the plan is about it if the instruction names no file. */
  textDocument?: DocumentId;
  /** The token of `$/progress` with values of type TaskPart. */
  partialResultToken?: string | number;
}

export interface TaskStep {
  id: number;
  /** In the workspace, with "/"; links are resolved. */
  path: string;
  uri: string;
  language: string | null;
  action: StepAction;
  symbols: string[];
  what: string;
  after: number[];
  state: StepState;
  /** The expert that writes or wrote it; before that, the one that is chosen for it. */
  expert: string | null;
  /** What it waits for, why it failed, or why another expert wrote it; else empty. */
  note: string;
  /** From its beginning to its end, or until now. */
  seconds: number;
  /** Written by models for it. */
  tokens: number;
}

export interface Task {
  id: string;
  instruction: string;
  state: TaskState;
  /** Where the plan comes from, and what was left out of it or went wrong, as sentences. */
  note: string;
  /** In the order in which they run. */
  steps: TaskStep[];
  /** When it began, in seconds since 1970. */
  createdS: number;
  /** When it last changed. */
  updatedS: number;
}

/** The value of `$/progress` for `partialResultToken` of `hotseat/task`. */
export interface TaskPart {
  /** The whole task: in the first value, and whenever its state or its plan changes. */
  task?: Task;
  /** A step whose state, expert, note or tokens changed. At `writing` a new text begins. */
  step?: TaskStep;
  /** What the plan waits for; "" for nothing any more. */
  note?: string;
  /** The step that `text` is of. */
  stepId?: number;
  /** Text to append to what the step's expert has written. */
  text?: string;
}

/** What the task makes of one file. */
export interface TaskFile {
  path: string;
  uri: string;
  state: FileState;
  /** The ids of the steps whose results it holds. */
  steps: number[];
  /** Why it is a conflict or was not undone; else empty. */
  note: string;
  /** A unified diff that `git apply` accepts. Of a conflict: from the text that the task began with. Of a file that `undo` leaves alone: from what the task wrote to what is there now. */
  diff: string;
  /** The text that the task began with; null if it creates the file. */
  oldText: string | null;
  /** The text with all results of the task. */
  newText: string;
}

export interface TaskResult {
  task: Task;
  files: TaskFile[];
  /** All proposed changes, to be reviewed by the user; null if there are none. Where the client has change annotations, each change has one that needs confirmation, with the ids of its steps (`step-3`, `step-3-4`). */
  edit: WorkspaceEdit | null;
}

/** What to do with the tasks of the workspace. */
export interface TasksParams {
  action: 'list' | 'show' | 'plan' | 'cancel' | 'applied' | 'undo' | 'forget';
  /** The id; of all actions but `list`. */
  task?: string;
  /** Of `cancel`: that step alone. Without it, the whole task is stopped. */
  step?: number;
  /** Of `plan`: the steps that have not begun, in their new order; those that are left out are dropped. */
  steps?: TaskStepParams[];
  /** Of `plan`: run the steps in this order. */
  inOrder?: boolean;
}

export interface TaskSummary {
  id: string;
  instruction: string;
  state: TaskState;
  createdS: number;
  updatedS: number;
  steps: number;
  /** The number of steps that are done. */
  done: number;
}

/** `list` returns `tasks`, the newest first; `forget` `removed`; the others the rest. */
export interface TasksResult {
  tasks?: TaskSummary[];
  task?: Task;
  files?: TaskFile[];
  /** Of `show`: the change to review. Of `undo`: what restores the files that still hold what the task wrote; the others are in `files`. */
  edit?: WorkspaceEdit;
  /** How many tasks `forget` removed. */
  removed?: number;
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
  /** Offer the change that follows from your last one at another place of the file: Tab goes there, and Tab again makes it. */
  nextEdits?: boolean;
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
  /** Request: NextEditParams → NextEditResult. */
  nextEdit: 'hotseat/nextEdit',
  /** Request: NextEditParams → NextEditResult. */
  copilotInlineEdit: 'textDocument/copilotInlineEdit',
  /** Request: MemoryParams → MemoryResult. */
  memory: 'hotseat/memory',
  /** Request: MentionsParams → MentionsResult. */
  mentions: 'hotseat/mentions',
  /** Request: TaskParams → TaskResult, in parts of type TaskPart. */
  task: 'hotseat/task',
  /** Request: TasksParams → TasksResult. */
  tasks: 'hotseat/tasks',
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
  nextEditAccepted: 'hotseat.nextEditAccepted',
} as const;

/** The client's commands, which code actions name; each takes a Selection. */
export const clientCommand = {
  edit: 'hotseat.edit',
  explain: 'hotseat.explain',
  document: 'hotseat.document',
} as const;

export type ServerCommand = (typeof serverCommand)[keyof typeof serverCommand];
