"""Paths out of the URIs of documents, as git, prompts and error messages need them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_in_workspace(uri: str, workspace: Path | None) -> str:
    """Return the path as git names it: relative to the workspace, with "/".

    The path of a file outside the workspace stays absolute. What is not a URI is returned as it is.
    """
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:  # for example `file://[`
        return uri
    return path if workspace is None else path.removeprefix(f"{workspace.as_posix()}/")


def short_path(uri: str) -> str:
    """Return the last two parts of the path, which name no home directory.

    Models have seen such paths in training. Empty if the URI has no path.
    """
    try:
        path = urlsplit(uri).path
    except ValueError:  # for example `file://[`
        return ""
    return "/".join(unquote(path).split("/")[-2:])
