"""A scripted editor over a real language server, an engine process, and the walk of the demo."""
