"""Measuring: a scripted editor over a real language server, the demo's walk, benchmarks. May know
pygls as a client; nothing of the product imports it."""
