"""Changing experts in the text of a user's experts.yaml, and nothing else in it.

Comments, order and quotes stay. What cannot be changed so is refused, not rewritten.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.util import load_yaml_guess_indent

from hotseat.domain.errors import RosterError
from hotseat.roster.tree import TreeError, parse

_USE = re.compile(r"^use[ \t]*:[^#\n]*?(?P<comment>[ \t]+#.*)?$", re.MULTILINE)
_HEAD = re.compile(r"(?:[ \t]*(?:#.*)?\n|---[ \t]*\n)*")
"""Comments and empty lines before the first key."""
_HINT = "Change it by hand, or check the file with `hotseat experts`"


def with_languages(text: str, languages: Mapping[str, Sequence[str]], *, use: str = "") -> str:
    """`text` with experts given other `languages`, by name; an expert without any is removed.

    An entry of the user's own stays where it is, and gets `remove: on`. `use` names the shipped
    roster to lay an empty file over. Raises RosterError where the file cannot be changed safely.
    """

    def change(entries: CommentedSeq) -> None:
        for name, after in languages.items():
            _give_languages(entries, name, after)

    return _edited(text, change, set(languages), ("languages", "remove"), use)


def with_adapter(
    text: str, *, name: str, languages: Sequence[str], model: str, adapter: str
) -> str:
    """`text` with an expert on `adapter` over `model`: the one of that name, which keeps all else,
    or a new one, which comes first. Raises RosterError where the file cannot be changed safely.
    """

    def change(entries: CommentedSeq) -> None:
        entry = next((e for e in entries if e.get("name") == name), None)
        if entry is None:
            entry = CommentedMap({"name": name, "languages": _in_line(languages)})
            entries.insert(0, entry)
        entry.update({"model": model, "adapter": adapter})

    return _edited(text, change, {name}, ("languages", "model", "adapter"), "")


def with_use(text: str, use: str) -> str:
    """`text` laid over the shipped roster `use`, and otherwise as it was.

    Raises RosterError where the file cannot be changed safely.
    """
    line = f"use: {use}"
    try:
        before = parse(text)
        if "use" in before:
            new = _USE.sub(lambda match: f"{line}{match['comment'] or ''}", text, count=1)
        else:
            head = _HEAD.match(text)
            n_head = head.end() if head is not None else 0
            new = f"{text[:n_head]}{line}\n{text[n_head:]}"
        after = parse(new)
    except TreeError as error:
        raise RosterError(f"experts.yaml is {error.message}", hint=_HINT) from None
    same = {k: v for k, v in before.items() if k != "use"}
    if {k: v for k, v in after.items() if k != "use"} != same or after.get("use") != use:
        raise RosterError("experts.yaml cannot be changed safely", hint=_HINT)
    return new


def _edited(
    text: str,
    change: Callable[[CommentedSeq], None],
    names: Collection[str],
    keys: Collection[str],
    use: str,
) -> str:
    """`change` is free to change those `keys` of the entries with those `names`."""
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
        change(_entries(document))
        out = io.StringIO()
        yaml.dump(document, out)
    except YAMLError as error:
        raise RosterError(f"experts.yaml cannot be changed: {error}", hint=_HINT) from None
    new = head + out.getvalue()
    _check(text, new, names, keys)
    return new


def _entries(document: Any) -> CommentedSeq:
    if not isinstance(document, CommentedMap):
        raise RosterError("experts.yaml is no mapping", hint=_HINT)
    if document.get("experts") is None:
        document["experts"] = CommentedSeq()
    entries = document["experts"]
    if not isinstance(entries, CommentedSeq) or not all(isinstance(e, dict) for e in entries):
        raise RosterError("experts.yaml: `experts:` is no list of experts", hint=_HINT)
    return entries


def _give_languages(entries: CommentedSeq, name: str, after: Sequence[str]) -> None:
    entry = next((e for e in entries if e.get("name") == name), None)
    if entry is None:
        entry = CommentedMap({"name": name})
        entries.append(entry)
    if not after:
        entry["remove"] = True
        return
    listed = entry.get("languages")
    if isinstance(listed, CommentedSeq) and set(after) <= set(listed):
        for i in reversed(range(len(listed))):
            if listed[i] not in after:
                del listed[i]
    else:
        entry["languages"] = _in_line(after)


def _in_line(texts: Sequence[str]) -> CommentedSeq:
    listed = CommentedSeq(texts)
    listed.fa.set_flow_style()
    return listed


def _check(old: str, new: str, names: Collection[str], keys: Collection[str]) -> None:
    """What is read from it must be what was there, with the change; and no comment may be gone."""
    before, after = parse(old), parse(new)
    was = {e.get("name"): e for e in before.get("experts") or ()}
    for entry in after.get("experts") or ():
        name = entry.get("name")
        changed = keys if name in names else ()
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
