"""One editor window: its documents, settings, roster, connection to the keeper, and its services.

`suggest` serves inline completions, `chat` questions and edits.
"""
