"""Pure: what goes into a model for a completion, and what of its output is shown.

`request` builds what is sent, `cache` keeps suggestions, `route` chooses the expert that answers.

- `prompt/`: the window of text around the cursor, and the model's fill-in-the-middle format.
- `context/`: text from other places: definitions, imports, similar chunks, recent edits.
- `postprocess/`: where a suggestion ends, and the repair of what does not parse.
- `filter/`: whether a suggestion is shown, and what became of it.
- `timing/`: how long a request waits.
"""
