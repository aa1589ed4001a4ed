"""The experts, symbols and memory of a workspace as tools for other programs (MCP, on stdio).

Only `server` imports the SDK.
"""
