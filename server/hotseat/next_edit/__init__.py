"""Next edits: the change that follows from the last one, at another place of the same file.

Pure: values in, values out. Front doors: `history.DocumentHistory` turns edits into hunks,
`offers.find_offer` finds one place where the last change belongs too, `model/` builds the prompts
of models made for this and checks their answers.
"""
