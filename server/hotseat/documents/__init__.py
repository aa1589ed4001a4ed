"""Pure: open documents as text with positions in utf-8, utf-16 or utf-32, and their syntax trees.

`buffer` holds a text and edits it, `parsing` keeps its tree in slices, `store` holds all documents.
"""
