"""Questions and edits, as far as they are pure: conversations, routing, and prompts.

`turns` holds a conversation as a value, `route` chooses the expert that answers, `excerpt` selects
the code that a prompt shows, `prompt` writes the question, `loops` detects an answer that repeats
itself, `repeated_units` one that does so in other words or in another order, `answer_text` is what
of an answer may be shown, `rewrite` reads new code from an answer, and `edit_answer` decides when
an answer to an edit is complete or of no use. The generalist's memory, routing over several experts
and agent tasks get modules beside these.

Text that arrives here has its secrets masked already: `privacy` masks it, and `session` passes it
on.
"""
