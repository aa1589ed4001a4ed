"""A scripted editor over a real language server, an engine process of its own, the demo's walk."""
