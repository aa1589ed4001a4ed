"""HTTP servers of Hotseat's own: access control, limits of connections, bodies, streamed answers.

Shared by the embedded engine and the gateway. Knows no route and no model.
"""
