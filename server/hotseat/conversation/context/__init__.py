"""What a question is shown beside the selection and its file: what it names, and what is going on.

`mentions` finds what a question names, `items` are the parts of a context, `packing` chooses those
that fit. Pure: `session/chat/question_context.py` collects the parts.
"""
