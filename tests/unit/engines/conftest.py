"""Fixtures of this folder's tests."""

from support.source_fixtures import engine, index, make_wheel
from support.window_fixtures import folders, stub

__all__ = ["engine", "folders", "index", "make_wheel", "stub"]
