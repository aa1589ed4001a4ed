"""Fixtures of this folder's tests."""

from support.window_fixtures import address, folders, stub, windows

__all__ = ["address", "folders", "stub", "windows"]
