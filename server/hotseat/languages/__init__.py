"""Pure: the language of a file, and the facts about languages.

`profiles` has one module of facts for each language, `profile` their type, `tables` what can be
looked up by name. `detect` finds a file's language, with `sniff` where only its text shows it.
"""
