"""Regions of Nix: scripts in `''…''`.

Owns Nix's strings, the attributes whose value is a script (phases, hooks, units), the functions
that write one, marks such as `/* bash */`, and the patterns of `builtins.match` and `split`. Works
from text: no grammar is installed.
"""

from __future__ import annotations

import re

from hotseat.languages.detect import language_of_name, normalise
from hotseat.languages.tables import KNOWN
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place
from hotseat.syntax.regions.shells import language_of_command

_CODE = r"\$\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}"
_INDENTED = rf"''(?:[^'$]++|'(?!')|'''|''\$|''\\.|{_CODE}|\$(?!{_CODE}))*+''(?!['$\\])"
_PLAIN_CODE = r"\$\{[^{}\"'#]*+\}"
"""Code without strings, braces and comments."""
_LINES = rf"(?:[^'$]++|'(?!')|'''|''\$|''\\.|\$\$\{{|\$(?!\{{)|{_PLAIN_CODE})*+"
_LINE = rf"(?:[^\"\\$]++|\\.|\$\$\{{|\$(?!\{{)|{_PLAIN_CODE})*+"
_PARTS = (
    r"#[^\n]*+\n|/\*(?:[^*]++|\*(?!/))*+\*/|/(?!\*)|'(?!')"
    rf"|''{_LINES}''(?!['$\\])|\"{_LINE}\""
)
_WHOLE = re.compile(rf"(?:[^\"'#/]++|{_PARTS})*+", re.DOTALL)
"""Code, up to a string that is open or has other strings, braces or comments in its code."""
_WHOLE_IN_STRING = re.compile(rf"(?:[^\"'#/{{}}]++|{_PARTS})*+", re.DOTALL)
"""The same, up to a brace."""
_CONTENTS = {"''": re.compile(_LINES, re.DOTALL), '"': re.compile(_LINE, re.DOTALL)}
"""Of a string, by its quotes, up to its end or to such code."""
_CLOSED = re.compile(_INDENTED, re.DOTALL)
_BEFORE_CHARS = 400

_MARK = re.compile(r"(?:/\*\s*([\w+#-]+)\s*\*/|#[ \t]*([\w+#-]+)[ \t]*\n)\s*\Z")
_ATTRIBUTE = re.compile(
    r"(?:^|[\s{;])(?P<path>[\w\"-][\w.\"${}-]*)\s*=\s*(?P<value>[^;={}]{0,200})\Z"
)
_VALUE = re.compile(r"(?:[\w.\s+()!&|?-]|\"[^\"]*\")*")
_NO_SCRIPT = re.compile(r"\b(?:write\w*|toFile|readFile|fromJSON|fetch\w*|import)\b")
_SHELL_NAME = re.compile(
    r"\w*(?:Phase|Script|Hook|ShellInit|shellInit|promptInit)|(?:pre|post)[A-Z]\w*|script|shellHook"
    r"|buildCommand|reload|startup|extraInit|sessionCommands|initExtra|initContent|bashrcExtra"
    r"|profileExtra|loginExtra|logoutExtra|envExtra|installCommand|checkCommand"
)
_FISH_NAME = re.compile(r"\w*[sS]hellInit|promptInit")
_FISH_CHARS = 1_000
_ARGUMENT = r"(?:\"[^\"]*\"|[\w.]+|\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\])"
_WRITER = re.compile(
    rf"\b(?P<function>write\w+|runCommand\w*|toFile)(?P<arguments>(?:\s+{_ARGUMENT}){{1,3}})\s*\Z"
)
_APPLICATION = re.compile(r"\bwriteShellApplication\s*(?:rec\s*)?\{[^{}]*\btext\s*=\s*\Z")
_WRITERS = {"dash": "shellscript", "pypy": "python", "shellscript": "shellscript"}
_PATTERN_BEFORE = re.compile(r"\bbuiltins\.(?:match|split)\s+\Z")
_TEXT_WRITERS = frozenset({"toFile", "writeScript", "writeText", "writeTextDir"})


def look(place: Place, language: str) -> Found | None:
    """`language` is nix."""
    text = place.before(LOOK_BACK_CHARS)
    if "''" not in text and "builtins." not in text:
        return None
    start = _open_string(text)
    if start < 0 and "''" in text and len(text) == LOOK_BACK_CHARS:
        # The text may have begun inside of a string.
        cut = text.find("''") + 2
        start = _open_string(text[cut:])
        start += cut if start >= 0 else 0
    if start >= 0 and _PATTERN_BEFORE.search(text[max(0, start - _BEFORE_CHARS) : start]):
        return Found(language="regex", text=text[start:].lstrip("\"'"))
    if start < 0 or text[start] == '"':
        return None
    inside = text[start + 2 :]
    first_line = (inside + place.line_after()).lstrip().partition("\n")[0]
    inner = _language_of(text[:start], first_line)
    return Found(language=inner, text=inside) if inner else None


def _open_string(text: str) -> int:
    """Where the quotes stand whose string is open at the end; -1 in code."""
    around: list[tuple[int, int]] = []  # strings in whose code `at` is; the braces open around each
    n_braces = 0
    at = 0
    while True:
        at = _end(_WHOLE_IN_STRING if around else _WHOLE, text, at)
        if text.startswith(("''", '"'), at):
            start = at
            at += 1 if text[at] == '"' else 2
        elif text.startswith("}", at) and around and not n_braces:
            start, n_braces = around.pop()
            at += 1
        elif text.startswith(("{", "}"), at):
            n_braces += 1 if text[at] == "{" else -1
            at += 1
            continue
        else:
            return -1
        quotes = '"' if text[start] == '"' else "''"
        at = _end(_CONTENTS[quotes], text, at)
        if text.startswith("${", at):
            around.append((start, n_braces))
            n_braces = 0
            at += 2
        elif text.startswith(quotes, at):
            at += len(quotes)
        else:
            return start


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _language_of(before: str, first_line: str) -> str | None:
    mark = _MARK.search(before[-_BEFORE_CHARS:])
    if mark is not None:
        named = normalise(mark.group(1) or mark.group(2))
        if named in KNOWN and named != "plaintext":
            return named
    if first_line.startswith("#!"):
        return language_of_command(first_line[2:])
    near = _CLOSED.sub('""', before[-4 * _BEFORE_CHARS :])[-_BEFORE_CHARS:]
    writer = _WRITER.search(near)
    if writer is not None:
        return _written_by(writer["function"], writer["arguments"])
    if _APPLICATION.search(near):
        return "shellscript"
    found = _ATTRIBUTE.search(near)
    if found is None or not _VALUE.fullmatch(found["value"]) or _NO_SCRIPT.search(found["value"]):
        return None
    return _language_of_attribute(found["path"].replace('"', ""), before)


def _written_by(function: str, arguments: str) -> str | None:
    if function.startswith("runCommand"):
        return "shellscript"
    name = function.removesuffix("Bin")
    if name in _TEXT_WRITERS:
        quoted = re.search(r"\"([^\"]*)\"", arguments)
        return language_of_name(quoted.group(1)) if quoted else None
    written = re.sub(r"\d+\Z", "", name.removeprefix("write")).lower()  # "Python3"
    named = _WRITERS.get(written) or normalise(written)
    return named if named in KNOWN else None


def _language_of_attribute(path: str, before: str) -> str | None:
    name = path.rpartition(".")[2]
    if name == "testScript":
        return "python"
    if "activationScripts" in path:
        return "shellscript"
    if not _SHELL_NAME.fullmatch(name):
        return None
    if _FISH_NAME.fullmatch(name) and "fish" in before[-_FISH_CHARS:]:
        return "fish" if "fish" in path else None
    return "shellscript"
