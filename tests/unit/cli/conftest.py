"""Fixtures of this folder's tests."""

from support.outcome_fixtures import data, row, store
from support.source_fixtures import engine, index, make_wheel

__all__ = ["data", "engine", "index", "make_wheel", "row", "store"]
