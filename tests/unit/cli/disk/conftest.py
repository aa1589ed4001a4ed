"""Fixtures of this folder's tests."""

from support.source_fixtures import engine

__all__ = ["engine"]
