"""Training of adapters: from folders of code to a GGUF adapter over a base, and its gain.

`run` is the whole command. `sources`, `licences` and `split` choose the code; `windows` and `fill`
make examples; `base`, `tune`, `checkpoint`, `likelihood` and `export` need the extra `train`
(torch, peft, transformers, gguf), and import it only when they are called.
"""
