"""The symbols of a workspace: an index of the definitions in its files.

`index.SymbolIndex` is what others ask. `listing` finds the files, `extract` turns one into symbols,
`indexer` keeps the index in step with the disk, and `ranking` decides what a search means.
"""
