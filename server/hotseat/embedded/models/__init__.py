"""Models on disk: the store, names and digests, and GGUF headers."""
