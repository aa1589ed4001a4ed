"""Infilling spans: pieces of real code that are removed, filled by a model, and scored. Used by
judge, train and lab."""
