"""Pure: everything that parses. Only this room imports tree-sitter.

Plain values go in (texts, offsets, languages by LSP id) and come out (languages, places,
definitions, error counts). No tree and no node leaves the room. Other rooms import only
`document_syntax` (an open document), `fragment` (the text around a cursor with a suggestion in it),
`whole_text` (the errors of a text), `text_spans` (spans of a text, for tools), `grammars` (which
languages have one) and `regions`.
"""
