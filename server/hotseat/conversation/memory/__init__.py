"""What is remembered of conversations: how a text is indexed, what a question recalls, the brief.

Pure: no clock, no files. `storage/conversations` keeps the turns.
"""
