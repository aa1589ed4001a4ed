"""Changing who serves what in the text of a person's experts.yaml, and nothing else in it.

Comments, order and quotes stay. What cannot be changed so is refused, not rewritten.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.util import load_yaml_guess_indent

from hotseat.domain.errors import RosterError
from hotseat.roster.tree import TreeError, parse

_HINT = "Change it by hand, or check the file with `hotseat experts`"


def with_languages(text: str, languages: Mapping[str, Sequence[str]], *, use: str = "") -> str:
    """`text` with experts given other `languages`, by name; an expert without any is removed.

    An entry of the person's own stays where it is, and gets `remove: on`. `use` names the shipped
    roster to lay an empty file over. Raises RosterError where the file cannot be changed safely.
    """
    try:
        parse(text)
    except TreeError as error:
        raise RosterError(f"experts.yaml is {error.message}", hint=_HINT) from None
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 10_000
    try:
        _, indent, offset = load_yaml_guess_indent(text)
        if indent is not None:
            yaml.indent(mapping=2, sequence=indent, offset=offset or 0)
        else:
            yaml.indent(mapping=2, sequence=4, offset=2)
        document = yaml.load(text)
        if document is None:
            document = CommentedMap({"use": use} if use else {})
            head = text if not text or text.endswith("\n") else text + "\n"
        else:
            head = ""
        _change(document, languages)
        out = io.StringIO()
        yaml.dump(document, out)
    except YAMLError as error:
        raise RosterError(f"experts.yaml cannot be changed: {error}", hint=_HINT) from None
    new = head + out.getvalue()
    _check(text, new, languages)
    return new


def _change(document: Any, languages: Mapping[str, Sequence[str]]) -> None:
    if document.get("experts") is None:
        document["experts"] = CommentedSeq()
    entries = document["experts"]
    if not isinstance(entries, CommentedSeq) or not all(isinstance(e, dict) for e in entries):
        raise RosterError("experts.yaml: `experts:` is no list of experts", hint=_HINT)
    for name, after in languages.items():
        entry = next((e for e in entries if e.get("name") == name), None)
        if entry is None:
            entry = CommentedMap({"name": name})
            entries.append(entry)
        if not after:
            entry["remove"] = True
            continue
        listed = entry.get("languages")
        if isinstance(listed, CommentedSeq) and set(after) <= set(listed):
            for i in reversed(range(len(listed))):
                if listed[i] not in after:
                    del listed[i]
            continue
        listed = CommentedSeq(after)
        listed.fa.set_flow_style()
        entry["languages"] = listed


def _check(old: str, new: str, languages: Mapping[str, Sequence[str]]) -> None:
    """What is read from it must be what was there, with the change; and no comment may be gone."""
    before, after = parse(old), parse(new)
    was = {e.get("name"): e for e in before.get("experts") or ()}
    for entry in after.get("experts") or ():
        name = entry.get("name")
        changed = ("languages", "remove") if name in languages else ()
        kept = {key: value for key, value in entry.items() if key not in changed}
        same = {k: v for k, v in was.pop(name, {"name": name}).items() if k not in changed}
        if kept != same:
            raise RosterError(f"experts.yaml: '{name}' cannot be changed safely", hint=_HINT)
    rest = {key: value for key, value in after.items() if key not in ("experts", "use")}
    if was or rest != {k: v for k, v in before.items() if k not in ("experts", "use")}:
        raise RosterError("experts.yaml cannot be changed safely", hint=_HINT)
    if before.get("use", after.get("use")) != after.get("use"):
        raise RosterError("experts.yaml cannot be changed safely", hint=_HINT)
    lost = [line for line in _comments(old) if line not in new]
    if lost:
        raise RosterError(f"experts.yaml: the comment '{lost[0]}' would be lost", hint=_HINT)


def _comments(text: str) -> list[str]:
    lines = (line.partition("#") for line in text.splitlines())
    return [f"#{rest}".rstrip() for _, mark, rest in lines if mark]
