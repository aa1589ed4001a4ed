"""`hotseat judge`: does an expert beat the generalist on a person's own code, and at what price?

arms        who is compared: the roster's experts, each model once, the generalist, others
likelihood  how many bits a model needs for what was cut out
measure     every arm over the same holes
figures     the matrix of arms and languages, and the comparisons (pure)
proposal    which experts keep their languages (pure)
page        all of it as one HTML file (pure)
"""
