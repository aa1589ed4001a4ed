"""Training adapters: from folders of code to a GGUF adapter over a base, and what it gained.

`run` is the whole of it; `sources`, `licences`, `split` choose the code, `windows` and `fill` make
examples, `base`, `tune`, `checkpoint`, `likelihood`, `export` need the extra `train` (torch, peft,
transformers, gguf), and import it only when they are called.
"""
