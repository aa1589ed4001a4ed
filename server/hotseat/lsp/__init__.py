"""The language server: the only folder that imports pygls and lsprotocol.

One file per method, named after it, converts the parameters, calls the session, and converts the
result. `convert` holds all conversions, `server` the server object.
"""
