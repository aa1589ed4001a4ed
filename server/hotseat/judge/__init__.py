"""`hotseat judge`: whether an expert beats the generalist on the user's own code, and its cost.

run         one judgement from beginning to end arms        the models to compare: the experts'
models, the generalist, and others (pure) measure     runs every arm over the same spans likelihood,
torch_likelihood  the bits that a model needs for the removed text figures     the matrix of arms
and languages, and the comparisons (pure) proposal    which experts keep their languages (pure)
report      figures, proposal and notes in words (pure) as_json     the report for scripts (pure)
page, plots the report as one HTML file (pure) proposed    writes the proposal into the user's
experts.yaml
"""
