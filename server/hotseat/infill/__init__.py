"""Spans cut out of real code, filled by a model, and scored. Used by judge, train and lab."""
