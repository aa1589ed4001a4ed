"""`hotseat judge`: does an expert beat the generalist on a person's own code, and at what price?

run         one judgement from beginning to end
arms        who is compared: the roster's experts, each model once, the generalist, others (pure)
measure     every arm over the same spans
likelihood, torch_likelihood  how many bits a model needs for what was cut out
figures     the matrix of arms and languages, and the comparisons (pure)
proposal    which experts keep their languages (pure)
report      both, and what they mean in words (pure)
as_json     the report for scripts (pure)
page, plots the report as one HTML file (pure)
write       the proposal into a person's experts.yaml
"""
