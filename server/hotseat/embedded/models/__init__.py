"""Models on disk: the store, names and digests, and what a GGUF header says."""
