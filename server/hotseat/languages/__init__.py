"""Pure: the language of a file, of the region under the cursor, and what is known of languages.

`detect` names a file's language, with `sniff` where its text must tell, `regions` that of a place
in it; `grammars` loads tree-sitter's, `comments` writes a comment line, `tables` holds the names.
"""
