"""Keys of YAML files that hold scripts and other files, beyond those of `ci_yaml`.

Owns the structures of Taskfiles, Kubernetes, Ansible, cloud-init, Prometheus' rules, and of the
pipelines of Travis, Drone, Buildkite, Bitbucket and CodeBuild.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from hotseat.languages.detect import file_name, language_of_name
from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.shells import language_of_command
from hotseat.syntax.regions.template_tags import GO, in_plain_text, open_tag

_TRAVIS_WORDS = """
after_deploy after_failure after_script after_success before_cache before_deploy before_install
before_script install script
"""
_TRAVIS = frozenset(_TRAVIS_WORDS.split())
_ANSIBLE = {
    **dict.fromkeys(
        ("shell", "ansible.builtin.shell", "raw", "ansible.builtin.raw"), "shellscript"
    ),
    "ansible.windows.win_shell": "powershell",
    "win_shell": "powershell",
}
_ANSIBLE_COMMANDS = frozenset({"ansible.builtin.command", "command"})
_ANSIBLE_FOLDERS = re.compile(r"/(?:tasks|handlers|playbooks?)/")
_ANSIBLE_FILES = re.compile(
    r"/(?:tasks|handlers|playbooks?|group_vars|host_vars|roles/[^/]+/(?:defaults|meta|vars))/"
    r"|/(?:site|playbook)[\w.-]*\.ya?ml\Z"
)
"""Elsewhere `command:` may be anything's."""
_TASK_LISTS = frozenset(
    {"always", "block", "handlers", "post_tasks", "pre_tasks", "rescue", "tasks"}
)
_STEPS_WORDS = "clone epilogue jobs phases pipeline prologue services steps tasks"
_STEPS = frozenset(_STEPS_WORDS.split())
_CONTAINER = frozenset({"args", "command", "entrypoint"})
KEYS: frozenset[str] = (
    _TRAVIS
    | _ANSIBLE.keys()
    | _ANSIBLE_COMMANDS
    | _CONTAINER
    | {
        "after-script",
        "bootcmd",
        "cmd",
        "cmds",
        "commands",
        "expr",
        "run",
        "runcmd",
        "sh",
        "status",
    }
)
_NAME = re.compile(r"[\w-][\w.-]*\.[A-Za-z]\w+")
_SHELL_FLAG = re.compile(r"-\w*c")
_COMMAND = re.compile(r" *(?:- +)?(?:command|entrypoint): *(?P<value>.*)")
_ITEM = re.compile(r" *- +(?P<value>.*)")
_WORD = re.compile(r"[^\s\[\],\"']+")
_MAX_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a YAML file, by what stands around it."""

    key: str
    """Its key, or that of the list that it is an item of."""
    listed: bool
    is_block: bool
    """It begins with `|` or `>`."""
    column: int
    """Of its key, or of its item's dash."""
    keys: Sequence[str]
    """Those that it stands under, innermost first."""
    uri: str


def in_ansible(place: Place) -> Found | None:
    """`{{ name }}` in the files of a role, a playbook or an inventory."""
    if not place.uri or _ANSIBLE_FILES.search(place.uri) is None:
        return None
    return in_plain_text(place)


def in_taskfile(place: Place) -> Found | None:
    """`{{exeExt}}` in a file that is named Taskfile: whatever is in the braces is Go's."""
    if not file_name(place.uri).startswith("taskfile"):
        return None
    content = open_tag(place, GO)
    return None if content is None else Found(language="go", text=content)


def may_hold(key: str, uri: str) -> bool:
    """Whether values of a key are worth a closer look."""
    return key in KEYS or _NAME.fullmatch(key) is not None or "askfile" in uri[-20:]


def language_of_value(value: Value, lines_above: Callable[[], Iterator[str]]) -> str | None:
    """What the value is written in; None for plain YAML. `lines_above`: the nearest first."""
    key, keys, name = value.key, value.keys, file_name(value.uri)
    if value.is_block and not value.listed and _NAME.fullmatch(key):
        return language_of_name(key) or _ansible(value)
    if key == "expr":
        return "promql" if "rules" in keys and not value.listed else None
    if key in _CONTAINER and value.listed:
        return _in_container(value, lines_above())
    if _is_shell(value, name):
        return "shellscript"
    return _ansible(value)


def _is_shell(value: Value, name: str) -> bool:
    key, keys, listed = value.key, value.keys, value.listed
    if _is_in_taskfile(value, is_named=name.startswith("taskfile")):
        return True
    if name.startswith(".travis"):
        return key in _TRAVIS
    if name.startswith("lefthook") and key == "run":
        return not listed
    if key in ("script", "after-script"):
        return "bitbucket" in name or (listed and "pipelines" in keys)
    if key == "commands":
        return (listed or value.is_block) and not _STEPS.isdisjoint(keys)
    if key == "command":
        return keys[:1] == ["steps"] and not listed
    return key in ("bootcmd", "runcmd") and listed and not keys


def _is_in_taskfile(value: Value, *, is_named: bool) -> bool:
    key, keys = value.key, value.keys
    if not is_named and "tasks" not in keys[-1:]:
        return False
    if key in ("cmds", "status"):
        # So far below the first line that "tasks:" is out of reach, the file's name has to do.
        return value.listed and (keys[1:] == ["tasks"] or (is_named and len(keys) == 1))
    if value.listed:
        return is_named and keys == ["tasks"]
    if key == "cmd":
        return keys[:1] == ["cmds"] or (is_named and keys[1:] == ["tasks"])
    if key == "sh":
        return keys[:1] == ["preconditions"] or (is_named and "vars" in keys)
    return is_named and keys == ["tasks"]


def _ansible(value: Value) -> str | None:
    keys = value.keys
    if value.listed or not value.column:
        return None
    module = keys[0] if value.key == "cmd" and keys else value.key
    inner = _ANSIBLE.get(module)
    if inner is None and module in _ANSIBLE_COMMANDS and _ANSIBLE_FOLDERS.search(value.uri):
        inner = "shellscript"
    if inner is None:
        return None
    outer = keys[1:] if value.key == "cmd" else keys
    return inner if not outer or outer[0] in _TASK_LISTS else None


def _in_container(value: Value, lines: Iterator[str]) -> str | None:
    """By the words before an item of `args` or `command`: `sh -c`, `python3 -c`."""
    lists: list[list[str]] = [[]]
    command = ""
    for line in islice(lines, _MAX_LINES):
        if (found := _COMMAND.match(line)) is not None:
            command = found["value"]
            break
        item = _ITEM.match(line)
        if item is not None and item.start("value") < value.column:
            break  # the container's first line
        if line.strip() == "args:":
            lists.insert(0, [])
        elif item is not None:
            lists[0].insert(0, item["value"])
    words = _WORD.findall(" ".join([command, *chain(*lists)]))
    if len(words) < 2 or not _SHELL_FLAG.fullmatch(words[-1]):
        return None
    return language_of_command(words[0])
