---@meta
--- The messages of docs/protocol.md that go beyond LSP, as types. Nothing here runs.

---@class hotseat.ExpertStatus
---@field name string
---@field languages string[]
---@field model string
---@field seat string The model that must be in memory for it: the base under its adapter, or its own.
---@field state 'absent'|'loading'|'warm'|'unloading'|'failed'
---@field stateSeconds number How long it has been in that state.
---@field sizeBytes? integer
---@field probability number That it is needed soon, 0 to 1.
---@field pinned boolean
---@field reason string
---@field error string

---@class hotseat.Status
---@field focus { uri?: string, language?: string, expert?: string, note: string }
---@field experts hotseat.ExpertStatus[]
---@field memory { budgetBytes: integer, usedBytes: integer }
---@field engine { kind: string, url: string, up: boolean, message: string }
---@field lastCompletion? { servedBy?: string, outcome: string, note: string }

---@class hotseat.AskParams
---@field question string
---@field conversation? string To ask on in it.
---@field textDocument? { uri: string }
---@field range? lsp.Range What is selected; empty: where the cursor is.
---@field expert? string
---@field partialResultToken? string

---@class hotseat.AskResult
---@field conversation string
---@field answer string
---@field contributions { expert: string, language?: string, text: string }[]
---@field sources { uri: string, range?: lsp.Range }[]

---@class hotseat.EditParams
---@field instruction string
---@field textDocument { uri: string }
---@field range lsp.Range
---@field partialResultToken? string

---@class hotseat.EditResult
---@field edit? lsp.WorkspaceEdit
---@field expert string

--- A piece of an answer or an edit; each value has some of these.
---@class hotseat.Part
---@field conversation? string In the first value of an answer.
---@field expert? string Who answers: a text begins, and what was streamed before counts no more.
---@field language? string
---@field note? string What is waited for; takes the place of the note before.
---@field text? string To be added to the text.
