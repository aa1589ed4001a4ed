"""The language server's face: the only folder that knows pygls and lsprotocol.

One file per method, named after it: convert, delegate to the session, convert back. `convert` holds
all conversions, `server` the wiring.
"""
