"""Hotseat as an agent of the Agent Client Protocol: questions and tasks for editors that have it.

Drives a language server of its own, as the command line does. Only this room imports the SDK.
"""
