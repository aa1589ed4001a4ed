"""Fixtures of this folder's tests."""

from support.outcome_fixtures import data, row, store

__all__ = ["data", "row", "store"]
