"""Pure: what goes into a model for a completion, and what of its output is shown.

`templates` writes the prompt in the model's own fill-in-the-middle format, `context` cuts what
surrounds the cursor to the model's window, `cut` ends and cleans what comes back, `overlap` takes
off what is there already.

Context from other open files: `file_index` keeps what is known of each (`definitions`, `imports`,
`chunks`), `edits` where the person wrote lately; `snippets` chooses, by `needed` among others, and
`context_keeper` holds the choice still while somebody types.

Secrets: `secrets` knows files that are kept from models, `masking` what is hidden in the others.
"""
