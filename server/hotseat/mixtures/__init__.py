"""Mixtures of adapters over one base: made from adapter files, chosen and judged on held-out code.

Needs numpy and gguf (the extra `mix`), and no torch.
"""
