"""Fixtures of this folder's tests."""

from support.outcome_fixtures import data, row, store
from support.window_fixtures import address, folders, stub, windows

__all__ = ["address", "data", "folders", "row", "store", "stub", "windows"]
