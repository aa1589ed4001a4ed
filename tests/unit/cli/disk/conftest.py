"""Fixtures of this folder's tests."""

from support.source_fixtures import engine, index, make_wheel

__all__ = ["engine", "index", "make_wheel"]
