"""Questions and edits, as far as they are pure: conversations, routing, and prompts.

`turns` holds a conversation as a value, `route` chooses the expert that answers, `excerpt` selects
the code that a prompt shows, `prompt` writes the question, `rewrite` reads new code from an answer,
`loops` detects an answer that repeats itself. The generalist's memory, routing over several experts
and agent tasks get modules beside these.

Text that arrives here has its secrets masked already: `privacy` masks it, and `session` passes it
on.
"""
