"""Pure: the language of a file, and the facts about languages.

`profiles` has one module of facts for each language, `profile` their type, `tables` what can be
looked up by name, with `linguist_names`, which is generated. `detect` finds a file's language, with
`shared_extensions` and `headers` where several share its extension, `shebang` for scripts and
`sniff` where only its text shows it.
"""
