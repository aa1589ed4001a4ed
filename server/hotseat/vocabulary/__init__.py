"""A model's vocabulary cut to the tokens that some languages need (`hotseat experts cut`).

Small models are largely vocabulary: 63 % of gemma3-270m. Needs numpy and gguf (the extra `mix`).
"""
