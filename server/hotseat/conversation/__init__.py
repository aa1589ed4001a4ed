"""Asking and editing, as far as they are pure: what a conversation is, who answers, what is asked.

`turns` is the conversation as a value, `route` chooses who answers, `excerpt` cuts what of a file
goes along, `prompt` writes the question, `rewrite` reads new code out of an answer, `loops` knows
one that goes round. The memory of the generalist, routing over several experts and agent tasks get
their modules beside these.

Secrets: what comes in here is masked already, for masking is `completion`'s, and `app` puts the two
together.
"""
