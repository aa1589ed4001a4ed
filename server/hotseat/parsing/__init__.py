"""Parsing in a process of its own: no text can end, freeze or fill the language server.

`parser.Parser` is what a window has: it makes the syntax of each document
(`remote_syntax.RemoteSyntax`), and answers what is asked of single texts. `process` runs the
worker, `worker` is its program, `wire` what they send each other, and `quarantine` decides which
documents are left alone.
"""
