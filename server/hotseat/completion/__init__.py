"""Pure: what goes into a model for a completion, and what of its output is shown.

`templates` writes the prompt in the model's own fill-in-the-middle format, `context` cuts what
surrounds the cursor to the model's window, `cut` ends and cleans what comes back, `overlap` takes
off what is there already.
"""
