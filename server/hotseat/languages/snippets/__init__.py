"""The language of a piece of code without a name, by its words and signs (naive Bayes).

`classify` owns the decision, `features` what is counted, `table` the file of frequencies, which
tests/tools/snippet_table.py writes.
"""
