"""Pure: open documents as text with positions in utf-8, utf-16 or utf-32.

`buffer` holds a text and edits it, `store` holds all documents, `syntax` says what a document asks
of its syntax.
"""
