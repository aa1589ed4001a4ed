"""Tasks: plans of steps over several files, what each step's model is shown, and what comes of it.

Pure. `plan` holds the values, `draft` what the generalist writes, `checking` the checks of a plan,
`paths` the files that a task may not change, `brief` and `prompts` a step's prompt, `results` the
checks of a step's result, `changes` the changes of one file, `diffs` their text.
"""
