"""One editor window: its documents, settings, roster, connection to the keeper, and its services.

`session.Session` makes the parts and connects them. `suggest` serves inline completions, `chat`
questions and edits; `shared` holds small parts that several of them use.
"""
