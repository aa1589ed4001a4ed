--- The messages beyond LSP (docs/protocol.md).
--- Generated from server/hotseat/lsp/ext.py by `make protocol`: do not edit.

local M = {}

---@alias hotseat.ExpertState 'absent'|'loading'|'warm'|'unloading'|'failed'

---@alias hotseat.CompletionOutcome 'shown'|'empty'|'hidden'|'superseded'|'failed'|'accepted'|'rejected'

---@alias hotseat.CompletionSource 'engine'|'cache'|'stream'

---@alias hotseat.TaskState 'planning'|'planned'|'running'|'stopped'|'done'|'failed'

---@alias hotseat.StepState 'waiting'|'loading'|'writing'|'checking'|'done'|'failed'|'cancelled'

---@alias hotseat.StepAction 'create'|'edit'|'rewrite'

---@alias hotseat.FileState 'proposed'|'conflict'|'written'|'changed'|'undone'

--- What to do with the memory of the workspace.
---@class hotseat.MemoryParams
---@field action 'list'|'search'|'show'|'pin'|'forget'
---@field question? string Of `search`: what is looked for.
---@field conversation? string Of `show` and `forget`: the id of a conversation.
---@field turn? integer Of `forget`: the id of a turn. Of `pin`: the turn whose text becomes a pinned fact.
---@field fact? integer Of `pin` and `forget`: the id of a fact.
---@field text? string Of `pin`: a new statement.

--- One line of the brief: of a turn or of a fact.
---@class hotseat.RecalledNote
---@field text string
---@field turn? integer
---@field fact? integer

---@class hotseat.MemoryConversation
---@field id string
---@field title string The beginning of its first question.
---@field lastS number When its last turn was, in seconds since 1970.
---@field turns integer

---@class hotseat.MemoryTurn
---@field id integer
---@field conversation string
---@field role 'user'|'assistant'
---@field day string ISO 8601, in the user's time zone.
---@field expert? string
---@field language? string
---@field text string

---@class hotseat.MemoryFact
---@field id integer
---@field kind 'decision'|'preference'|'project'
---@field text string
---@field pinned boolean
---@field supersededBy? integer
---@field unconfirmedFrom? string The program whose note it is, while the user has not confirmed it; to pin it confirms it.

--- `list` returns conversations and facts, `search` and `show` turns, `pin` the facts.
---@class hotseat.MemoryResult
---@field conversations? hotseat.MemoryConversation[]
---@field turns? hotseat.MemoryTurn[]
---@field facts? hotseat.MemoryFact[]
---@field removed? integer How many entries `forget` removed.

--- A diagnostic of the document that the question is about, from any language server.
---@class hotseat.AskedDiagnostic
---@field line integer
---@field message string
---@field severity? integer LSP's DiagnosticSeverity: 1 (error) to 4 (hint).
---@field source? string

--- A part of the workspace or the conversation that went into the prompt.
---@class hotseat.ContextItem
---@field id string For `without` of `hotseat/ask`: the same when the question is asked again.
---@field kind 'selection'|'file'|'symbol'|'diagnostics'|'edit'|'memory'|'conversation'
---@field title string
---@field bytes integer Of the prompt, in UTF-8.
---@field cut boolean Only its beginning fits.
---@field uri? string
---@field firstLine? integer From 0.
---@field lines? integer Number of lines shown.

--- Asks for what an @ in a question can name.
---@class hotseat.MentionsParams
---@field text string The text after the @.
---@field limit? integer

---@class hotseat.MentionItem
---@field insert string What takes the place of the text after the @; in quotation marks if it has spaces.
---@field kind 'file'|'symbol'
---@field detail string Where it is: a path and a line, or a folder.

---@class hotseat.MentionsResult
---@field items hotseat.MentionItem[]

--- LSP's VersionedTextDocumentIdentifier.
---@class hotseat.VersionedDocumentId
---@field uri string
---@field version? integer The client's version of the text; an offer for another one is none.

---@class hotseat.NextEditParams
---@field textDocument hotseat.VersionedDocumentId
---@field position lsp.Position Of the cursor.

--- LSP's Command: the client sends it after the edit was accepted.
---@class hotseat.NextEditCommand
---@field title string
---@field command string
---@field arguments string[]

--- A change somewhere in the document. It holds for `version` alone.
---@class hotseat.NextEdit
---@field id string For `hotseat/didResolveSuggestion`.
---@field textDocument hotseat.VersionedDocumentId
---@field range lsp.Range
---@field text string What replaces the range.
---@field command hotseat.NextEditCommand
---@field expert? string The expert that wrote it; null where it follows from the last edit without a model.

---@class hotseat.NextEditResult
---@field edits hotseat.NextEdit[] At most one.

--- LSP's TextDocumentIdentifier.
---@class hotseat.DocumentId
---@field uri string

---@class hotseat.DidFocusParams
---@field textDocument? hotseat.DocumentId The document that has the focus; absent if none has.

---@class hotseat.DidChangeVisibleParams
---@field textDocuments hotseat.DocumentId[] All documents that are visible.

---@class hotseat.DidChangeCursorParams
---@field textDocument hotseat.DocumentId
---@field position lsp.Position

---@class hotseat.DidChangeWindowFocusParams
---@field focused boolean Whether the editor's window has the system's focus.

---@class hotseat.DidResolveSuggestionParams
---@field id string|integer The argument of the suggestion's command.
---@field outcome 'accepted'|'rejected'

--- The argument of the commands that code actions name.
---@class hotseat.Selection
---@field textDocument hotseat.DocumentId
---@field range lsp.Range

---@class hotseat.PastTurn
---@field question string
---@field answer string

---@class hotseat.AskParams
---@field question string
---@field conversation? string The id of an earlier answer, whose conversation is continued. Without it a new one begins, as with an id that the server does not know, unless `history` has the turns.
---@field history? hotseat.PastTurn[] The turns of a conversation that the server does not know, as after its restart; without the one that is replaced.
---@field instead? boolean The answer replaces the conversation's last answer.
---@field textDocument? hotseat.DocumentId
---@field range? lsp.Range The selected text. An empty range is the position of the cursor.
---@field expert? string The name of the expert that answers. Without it the server chooses.
---@field diagnostics? hotseat.AskedDiagnostic[] Those of the document, as the client shows them.
---@field without? string[] Ids of ContextItems of an earlier answer that are not to be shown to the model.
---@field partialResultToken? string|integer The token of `$/progress` with values of type Part.

---@class hotseat.EditParams
---@field instruction string
---@field textDocument hotseat.DocumentId
---@field range lsp.Range
---@field partialResultToken? string|integer The token of `$/progress` with values of type Part.

--- The value of `$/progress` for `partialResultToken` of `hotseat/ask` and `hotseat/edit`.
---@class hotseat.Part
---@field conversation? string The conversation's id; in the first value of an answer.
---@field expert? string The expert that answers: a new text begins and replaces what was streamed before.
---@field language? string The language that the expert answers for.
---@field note? string What the request waits for, or why another expert answers; "" for nothing any more.
---@field waitedS? integer Seconds without a text: sent once a second until the first text.
---@field text? string Text to append.

---@class hotseat.Contribution
---@field expert string The expert that wrote it.
---@field language? string
---@field text string
---@field chosen? string Of an answer in parts: the expert that the part is for, which may be another.

--- Lines that went into the prompt.
---@class hotseat.Source
---@field uri string
---@field range lsp.Range

---@class hotseat.AskResult
---@field conversation string
---@field answer string The whole text, which replaces what was streamed.
---@field contributions hotseat.Contribution[]
---@field sources hotseat.Source[]
---@field recalled? hotseat.RecalledNote[] What the prompt held of earlier conversations.
---@field context? hotseat.ContextItem[] What went into the prompt beside the question.
---@field leftOut? string[] What found no room in it, and what an @ names and was not shown, as phrases.

---@class hotseat.EditResult
---@field edit lsp.WorkspaceEdit To be shown to the user before it is applied.
---@field expert string

--- What a request for a suggestion would send.
---@class hotseat.PromptResult
---@field problem string Why nothing would be sent; then the rest is empty.
---@field expert string
---@field model string
---@field engine string Its address.
---@field prompt string
---@field suffix? string The text after the cursor, where the engine puts it into the model's format itself.
---@field maxTokens integer

--- The result of `workspace/executeCommand`: one of the two, a text for the user.
---@class hotseat.CommandResult
---@field message? string
---@field error? string

---@class hotseat.FocusStatus
---@field uri? string
---@field language? string The language of the region under the cursor.
---@field expert? string
---@field note string Why there is no expert for the language; else empty.

--- What the engine does not have, and the expert needs.
---@class hotseat.DownloadStatus
---@field model string
---@field sizeBytes? integer According to the roster; null if it does not say.
---@field problem string Why it cannot be downloaded, and what to do; else empty.

---@class hotseat.ExpertStatus
---@field name string
---@field languages string[]
---@field model string
---@field seat string The model that must be in memory for it: its own, or the base under its adapter.
---@field state hotseat.ExpertState
---@field stateSeconds number How long it has been in this state.
---@field sizeBytes? integer
---@field probability number The probability that it is needed soon, 0 to 1.
---@field demanded boolean The user needs it now.
---@field pinned boolean
---@field reason string Why it is in memory, or wanted there.
---@field error string Why its state is `failed`; else empty.
---@field loadSeconds? number How long its last load took.
---@field fim string The fill-in-the-middle format in use; empty before it is known.
---@field download? hotseat.DownloadStatus null if nothing is known to be missing.

---@class hotseat.MemoryStatus
---@field budgetBytes integer
---@field usedBytes integer
---@field foreignBytes integer Used by models that Hotseat did not load.
---@field peakBytes integer
---@field keptBytes integer Of the used bytes: prompts that the engine keeps for the next time.
---@field spareBytes integer Of the used bytes: a process that waits for the next load.

---@class hotseat.RosterStatus
---@field name string The shipped roster below the user's own file.
---@field reason string Why it was chosen, as a sentence; empty before an engine was looked for.

---@class hotseat.EngineStatus
---@field kind string `ollama`, `embedded` or `openai`.
---@field url string
---@field version string
---@field up boolean
---@field message string Why it is not up, and what to do; else empty.

--- Completion requests since the server started, and where their answers came from.
---@class hotseat.CompletionCounts
---@field asked integer
---@field fromCache integer
---@field fromStream integer
---@field fromEngine integer
---@field early integer Begun before the editor asked.

--- What the filter knew of a suggestion beside its text. Logarithms are natural.
---@class hotseat.Certainty
---@field score number From 0 (hide) to 1 (show).
---@field mode 'line'|'block'
---@field parses? boolean null where it was not checked.
---@field meanLogprob? number Of the tokens shown; null where the engine reports none.
---@field firstLogprob? number
---@field jointLogprob? number The sum over the tokens shown.

--- The newest completion request. Times are in milliseconds; null where there is none yet.
---@class hotseat.LastCompletion
---@field id string
---@field language? string
---@field expert? string
---@field servedBy? string The expert that answered.
---@field outcome hotseat.CompletionOutcome
---@field note string Why nothing was shown, or which expert answered instead of one that was not warm.
---@field source hotseat.CompletionSource `stream` is one that was under way for an earlier key.
---@field beforeEngineMs? number
---@field delayMs number
---@field firstTokenMs? number
---@field engineMs? number
---@field totalMs? number
---@field nPromptTokens? integer
---@field nCachedTokens? integer
---@field nTokens? integer Written by the model.
---@field text string
---@field certainty? hotseat.Certainty null where there was no suggestion.

---@class hotseat.Status
---@field focus hotseat.FocusStatus
---@field experts hotseat.ExpertStatus[]
---@field memory hotseat.MemoryStatus
---@field roster hotseat.RosterStatus
---@field engine hotseat.EngineStatus
---@field completions hotseat.CompletionCounts
---@field lastCompletion? hotseat.LastCompletion

--- A load, an unload, a cancellation, or a model that left memory without Hotseat's doing.
---@class hotseat.Decision
---@field time number Seconds since 1970, when it began.
---@field action 'load'|'unload'|'cancel'|'gone'
---@field model string
---@field expert string
---@field reason string
---@field probability number The probability that the model is needed soon, 0 to 1.
---@field sizeBytes? integer
---@field usedBytes integer Of the budget by all models, when this was decided.
---@field budgetBytes integer
---@field durationSeconds? number null while it has not ended.
---@field outcome 'running'|'done'|'failed'|'cancelled'|'too late'|'engine lost'

---@class hotseat.Events
---@field events hotseat.Decision[] Oldest first.

---@class hotseat.StartingEngine
---@field message string

--- The result of `hotseat/status` before the notification `initialized`.
---@class hotseat.StartingStatus
---@field engine hotseat.StartingEngine

--- A step as the user writes it, or has changed it.
---@class hotseat.TaskStepParams
---@field path string In the workspace, with "/".
---@field what string What is to be done in this file.
---@field id? integer Of a step of the plan. Without it, it is a new step.
---@field action? hotseat.StepAction Without it: `edit` if the file is there, else `create`.
---@field symbols? string[] Of `edit`: the definitions to rewrite, as `name` or `Type.member`. Without them, the file.
---@field after? integer[] The ids of steps that must be done first.

--- Begins a task (`instruction`), or runs one that is there, or follows it (`task`).
---@class hotseat.TaskParams
---@field instruction? string What the whole task is to do. Files and symbols can be named with an @.
---@field task? string The id of a task: its steps that are not done are run. Of a task that runs already, the request follows it.
---@field steps? hotseat.TaskStepParams[] The plan, written by the user. Without it, the server makes one.
---@field planOnly? boolean Answer when the plan is there, and run nothing.
---@field inOrder? boolean Run the steps in their order, even if another order needs fewer loads.
---@field textDocument? hotseat.DocumentId The document that has the focus: the plan is about it if the instruction names no file.
---@field partialResultToken? string|integer The token of `$/progress` with values of type TaskPart.

---@class hotseat.TaskStep
---@field id integer
---@field path string In the workspace, with "/"; links are resolved.
---@field uri string
---@field language? string
---@field action hotseat.StepAction
---@field symbols string[]
---@field what string
---@field after integer[]
---@field state hotseat.StepState
---@field expert? string The expert that writes or wrote it; before that, the one that is chosen for it.
---@field note string What it waits for, why it failed, or why another expert wrote it; else empty.
---@field seconds number From its beginning to its end, or until now.
---@field tokens integer Written by models for it.

---@class hotseat.Task
---@field id string
---@field instruction string
---@field state hotseat.TaskState
---@field note string Where the plan comes from, and what was left out of it or went wrong, as sentences.
---@field steps hotseat.TaskStep[] In the order in which they run.
---@field createdS number When it began, in seconds since 1970.
---@field updatedS number When it last changed.

--- The value of `$/progress` for `partialResultToken` of `hotseat/task`.
---@class hotseat.TaskPart
---@field task? hotseat.Task The whole task: in the first value, and whenever its state or its plan changes.
---@field step? hotseat.TaskStep A step whose state, expert, note or tokens changed. At `writing` a new text begins.
---@field note? string What the plan waits for; "" for nothing any more.
---@field stepId? integer The step that `text` is of.
---@field text? string Text to append to what the step's expert has written.

--- What the task makes of one file.
---@class hotseat.TaskFile
---@field path string
---@field uri string
---@field state hotseat.FileState
---@field steps integer[] The ids of the steps whose results it holds.
---@field note string Why it is a conflict or was not undone; else empty.
---@field diff string A unified diff that `git apply` accepts. Of a conflict: from the text that the task began with. Of a file that `undo` leaves alone: from what the task wrote to what is there now.
---@field oldText? string The text that the task began with; null if it creates the file.
---@field newText string The text with all results of the task.

---@class hotseat.TaskResult
---@field task hotseat.Task
---@field files hotseat.TaskFile[]
---@field edit? lsp.WorkspaceEdit All proposed changes, to be reviewed by the user; null if there are none. Where the client has change annotations, each change has one that needs confirmation, with the ids of its steps (`step-3`, `step-3-4`).

--- What to do with the tasks of the workspace.
---@class hotseat.TasksParams
---@field action 'list'|'show'|'plan'|'cancel'|'applied'|'undo'|'forget'
---@field task? string The id; of all actions but `list`.
---@field step? integer Of `cancel`: that step alone. Without it, the whole task is stopped.
---@field steps? hotseat.TaskStepParams[] Of `plan`: the steps that have not begun, in their new order; those that are left out are dropped.
---@field inOrder? boolean Of `plan`: run the steps in this order.

---@class hotseat.TaskSummary
---@field id string
---@field instruction string
---@field state hotseat.TaskState
---@field createdS number
---@field updatedS number
---@field steps integer
---@field done integer The number of steps that are done.

--- `list` returns `tasks`, the newest first; `forget` `removed`; the others the rest.
---@class hotseat.TasksResult
---@field tasks? hotseat.TaskSummary[]
---@field task? hotseat.Task
---@field files? hotseat.TaskFile[]
---@field edit? lsp.WorkspaceEdit Of `show`: the change to review. Of `undo`: what restores the files that still hold what the task wrote; the others are in `files`.
---@field removed? integer How many tasks `forget` removed.

---@class hotseat.InitializationOptions
---@field roster? string The set of models: `ollama`, `starter`, `adapters` or `code`, which come with Hotseat, or the path of a file like experts.yaml. Empty: your own experts.yaml, or what fits the engine.
---@field engineUrl? string The address of the program that runs the models, instead of the one in experts.yaml.
---@field budgetBytes? integer Bytes of memory for all models together, instead of the limit in experts.yaml.
---@field trusted? boolean Whether the workspace's own experts.yaml may name hosts, paths and budgets. None: the editor does not decide, and `hotseat trust` does.
---@field watchFiles? boolean Notice files that other programs change in the workspace, such as generated code, and load models for their languages too.
---@field indexSymbols? boolean Keep an index of the definitions in the workspace, for questions. It is built in the background, and holds signatures, not files.
---@field forecast? boolean Learn which languages you use after which, and load models before you need them. Off: a model is loaded when you open a file of its language.
---@field debounceMs? integer Milliseconds without a key before a suggestion is asked for: a higher value uses the processor less, and each suggestion comes later.
---@field maxLines? integer The longest suggestion in lines, 12 at most: a lower value shows less text at a time.
---@field sendOpenFiles? boolean A model is sent pieces of other open files with the text around the cursor: suggestions know names from there. Off: it is sent the file itself only.
---@field nextEdits? boolean Offer the change that follows from your last one at another place of the file: Tab goes there, and Tab again makes it.
---@field codeActions? boolean The client carries out `hotseat.edit`, `hotseat.explain` and `hotseat.document`.
---@field statistics? boolean Record what becomes of suggestions, if the roster does. Without it, what a script types does not count as the user's.
---@field completionFallback? boolean Offer suggestions as items of ordinary completion, for editors without inline completion.

M.method = {
  --- Notification, client → server: hotseat.DidFocusParams.
  didFocus = 'textDocument/didFocus',
  --- Notification, client → server: hotseat.DidChangeVisibleParams.
  didChangeVisible = 'hotseat/didChangeVisible',
  --- Notification, client → server: hotseat.DidChangeCursorParams.
  didChangeCursor = 'hotseat/didChangeCursor',
  --- Notification, client → server: hotseat.DidChangeWindowFocusParams.
  didChangeWindowFocus = 'hotseat/didChangeWindowFocus',
  --- Notification, client → server: hotseat.DidResolveSuggestionParams.
  didResolveSuggestion = 'hotseat/didResolveSuggestion',
  --- Request: hotseat.AskParams → hotseat.AskResult, in parts of type hotseat.Part.
  ask = 'hotseat/ask',
  --- Request: hotseat.EditParams → hotseat.EditResult, in parts of type hotseat.Part.
  edit = 'hotseat/edit',
  --- Request: hotseat.NextEditParams → hotseat.NextEditResult.
  nextEdit = 'hotseat/nextEdit',
  --- Request: hotseat.NextEditParams → hotseat.NextEditResult.
  copilotInlineEdit = 'textDocument/copilotInlineEdit',
  --- Request: hotseat.MemoryParams → hotseat.MemoryResult.
  memory = 'hotseat/memory',
  --- Request: hotseat.MentionsParams → hotseat.MentionsResult.
  mentions = 'hotseat/mentions',
  --- Request: hotseat.TaskParams → hotseat.TaskResult, in parts of type hotseat.TaskPart.
  task = 'hotseat/task',
  --- Request: hotseat.TasksParams → hotseat.TasksResult.
  tasks = 'hotseat/tasks',
  --- Request: hotseat.DidChangeCursorParams → hotseat.PromptResult.
  prompt = 'hotseat/prompt',
  --- Request: no parameters → hotseat.Events.
  events = 'hotseat/events',
  --- Request: no parameters → hotseat.Status. Notification, server → client: hotseat.Status.
  status = 'hotseat/status',
}

--- The server's commands (`workspace/executeCommand`); each takes a string.
M.server_command = {
  pin = 'hotseat.pin',
  unpin = 'hotseat.unpin',
  load = 'hotseat.load',
  unload = 'hotseat.unload',
  pull = 'hotseat.pull',
  useEngine = 'hotseat.useEngine',
  suggestionAccepted = 'hotseat.suggestionAccepted',
  nextEditAccepted = 'hotseat.nextEditAccepted',
}

--- The client's commands, which code actions name; each takes a Selection.
M.client_command = {
  edit = 'hotseat.edit',
  explain = 'hotseat.explain',
  document = 'hotseat.document',
}

return M
