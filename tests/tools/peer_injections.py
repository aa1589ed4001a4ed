"""Languages that other editors' injection queries find in a file: the peers' half of the judge.

Run by `judge_regions.py` with the Python of a throwaway environment that holds
tree-sitter-language-pack; imports nothing of Hotseat. The first line of stdin is a JSON object
{"queries": {peer: folder}}; each further line {"path", "text", "grammar", "tags", "tag_language"}
asks about one file, and is answered by one line {peer: [[start, end, [language, …]], …]}: the
ranges (utf-8 offsets) that are injected, innermost, with the names that the queries give.

`tags` (a regular expression or null) describes the tags of a template engine that has no grammar
in the package: its groups match code in `tag_language`, and the rest of a tag is answered as "-".
The host's parser sees spaces in place of a tag.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

MAX_DEPTH = 4
MAX_BYTES = 150_000
"""Of a file; longer ones have no places."""

GRAMMARS = {
    "c-sharp": "csharp",
    "c_sharp": "csharp",
    "ecma": "javascript",
    "jsx": "javascript",
    "js": "javascript",
    "ts": "typescript",
    "sh": "bash",
    "shell": "bash",
    "zsh": "bash",
    "py": "python",
    "yml": "yaml",
    "rs": "rust",
    "rb": "ruby",
    "golang": "go",
    "postgresql": "sql",
    "embedded_template": "embeddedtemplate",
}
"""Names in queries and fences that the package has under another name."""
FOLDERS = {
    "csharp": ("c_sharp", "c-sharp"),
    "tsx": ("tsx",),
    "terraform": ("terraform", "hcl"),
    "embeddedtemplate": ("embedded_template",),
}
_IGNORED_WORDS = """
comment doxygen edoc git-commit go-format-string javadoc jsdoc jjdescription lua-format-string
luadoc luap markdown-rustdoc markdown.inline markdown_inline phpdoc pod printf query re2c
readline rust-format-args rust-format-args-macro todotxt
"""
IGNORED = frozenset(_IGNORED_WORDS.split())
"""Injected for highlighting: nothing that an expert would answer in."""
DECIDED = ("querySelector",)
"""Patterns with these words are left out: docs/decisions/0071."""
BORDER = "-"
"""In place of a language: a template's delimiters and remarks, where no place is asked about."""

_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_NAMES = re.compile(r"[?*+]?(\s*@[\w.-]+)*")

Ranges = list[tuple[int, int]]


@dataclass(frozen=True)
class Pattern:
    query: Any
    settings: Mapping[str, str | None]
    offsets: Mapping[str, tuple[int, int, int, int]]
    substitutions: Mapping[str, tuple[str, str]]


@dataclass
class Layer:
    language: str
    ranges: Ranges
    children: list[Layer] = field(default_factory=list)


def patterns_of(text: str) -> Iterator[str]:
    """Yield the patterns of a query file: bracketed forms at the top with what names them."""
    depth, start, i = 0, 0, 0
    while i < len(text):
        char = text[i]
        if char == ";":
            i = text.find("\n", i) if "\n" in text[i:] else len(text)
            continue
        if char == '"':
            i = _end(_STRING, text, i)
            continue
        if char in "([":
            if depth == 0:
                start = i
            depth += 1
        elif char in ")]":
            depth -= 1
            if depth == 0:
                i = _end(_NAMES, text, i + 1)
                yield text[start:i]
                continue
        i += 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at + 1


def lua_pattern(pattern: str) -> str:
    """Return a Lua pattern as a regular expression of Python."""
    classes = {"a": "A-Za-z", "s": r"\s", "w": "A-Za-z0-9", "d": "0-9", "p": r"!-/:-@\[-`{-~"}
    found, in_set, i = "", False, 0
    while i < len(pattern):
        char = pattern[i]
        if char == "%" and i + 1 < len(pattern):
            i += 1
            name = pattern[i]
            if name in classes:
                found += classes[name] if in_set else f"[{classes[name]}]"
            else:
                found += re.escape(name)
        elif char in "[]":
            in_set = char == "["
            found += char
        elif char == "-" and not in_set:
            found += "*?"
        elif char in "{}|\\":
            found += "\\" + char
        else:
            found += char
        i += 1
    return found


class Peer:
    """The injection queries of one editor."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._patterns: dict[str, list[Pattern]] = {}
        self.n_left_out = 0

    def patterns(self, grammar: str) -> list[Pattern]:
        if grammar not in self._patterns:
            self._patterns[grammar] = list(self._compiled(grammar))
        return self._patterns[grammar]

    def _compiled(self, grammar: str) -> Iterator[Pattern]:
        from tree_sitter import Query

        language = language_of(grammar)
        for text in self._texts(FOLDERS.get(grammar, (grammar,)), set()):
            for pattern in patterns_of(text):
                if any(word in pattern for word in DECIDED):
                    continue
                try:
                    query = Query(language, pattern)
                except Exception:  # made for another version of the grammar
                    self.n_left_out += 1
                    continue
                if not query.pattern_count:
                    continue
                yield Pattern(
                    query=query,
                    settings=query.pattern_settings(0),
                    offsets={
                        name: tuple(int(n) for n in numbers.split())
                        for name, numbers in re.findall(
                            r"#offset!\s+@([\w.-]+)((?:\s+-?\d+){4})", pattern
                        )
                    },
                    substitutions={
                        name: (lua_pattern(old), re.sub(r"%(\d)", r"\\\1", new))
                        for name, old, new in re.findall(
                            r'#gsub!\s+@([\w.-]+)\s+"([^"]*)"\s+"([^"]*)"', pattern
                        )
                    },
                )

    def _texts(self, names: Sequence[str], seen: set[str]) -> Iterator[str]:
        for name in names:
            file = self._folder / name / "injections.scm"
            if name in seen or not file.is_file():
                continue
            seen.add(name)
            text = file.read_text("utf-8")
            inherited = re.search(r"^;+\s*inherits:?\s*([\w,.\s_-]+)$", text, re.MULTILINE)
            if inherited:
                yield from self._texts(re.split(r"[,\s]+", inherited[1].strip()), seen)
            yield text


@cache
def language_of(grammar: str) -> Any:
    package = importlib.import_module("tree_sitter_language_pack")
    return package.get_language(grammar)


@cache
def grammar_of(name: str) -> str | None:
    name = name.lower()
    name = GRAMMARS.get(name, name)
    try:
        language_of(name)
    except Exception:  # LookupError, and others of a broken library
        return None
    return name


def injected(peer: Peer, data: bytes, grammar: str, ranges: Ranges, depth: int = 0) -> list[Layer]:
    """Return the layers in `ranges` of `data`, which are text in `grammar`."""
    from tree_sitter import Parser, QueryCursor, Range

    points = Points(data)
    parser = Parser(language_of(grammar))
    parser.included_ranges = [Range(points.at(s), points.at(e), s, e) for s, e in ranges if s < e]
    root = parser.parse(data).root_node
    layers: list[Layer] = []
    combined: dict[tuple[int, str], Layer] = {}
    for number, pattern in enumerate(peer.patterns(grammar)):
        for _, captures in QueryCursor(pattern.query).matches(root, holds):
            contents = captures.get("injection.content", [])
            name = name_of(pattern, captures, grammar)
            if not contents or not name or name.lower() in IGNORED:
                continue
            if name == "markdown" and not grammar.startswith("m"):  # of a comment
                continue
            whole = "injection.include-children" in pattern.settings
            spans = [span for node in contents for span in content(node, pattern, points, whole)]
            spans = within(spans, ranges)
            if not spans:
                continue
            if "injection.combined" in pattern.settings:
                key = (number, name)
                if key not in combined:
                    combined[key] = Layer(name, [])
                    layers.append(combined[key])
                combined[key].ranges += spans
            else:
                layers.append(Layer(name, spans))
    for layer in layers:
        layer.ranges = merged(layer.ranges)
        inner = grammar_of(layer.language)
        if inner is not None and depth + 1 < MAX_DEPTH:
            layer.children = injected(peer, data, inner, layer.ranges, depth + 1)
    return layers


def name_of(pattern: Pattern, captures: Mapping[str, Sequence[Any]], grammar: str) -> str | None:
    if name := pattern.settings.get("injection.language"):
        return name
    if "injection.self" in pattern.settings:
        return grammar
    if nodes := captures.get("injection.shebang"):
        found = re.match(rb"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(?:\S*/)?(\w+)", nodes[0].text)
        return found and found[1].decode()
    nodes = captures.get("injection.language") or []
    if not nodes:
        return None
    name = nodes[0].text.decode("utf-8", "replace")
    if "injection.language" in pattern.substitutions:
        name = re.sub(*pattern.substitutions["injection.language"], name)
    name = name.strip()
    return name if re.fullmatch(r"[\w.+#-]{1,30}", name) else None


def content(node: Any, pattern: Pattern, points: Points, whole: bool) -> Ranges:
    start, end = node.start_byte, node.end_byte
    if offset := pattern.offsets.get("injection.content"):
        start = points.byte(node.start_point.row + offset[0], node.start_point.column + offset[1])
        end = points.byte(node.end_point.row + offset[2], node.end_point.column + offset[3])
    if whole:
        return [(start, end)]
    spans = []
    for child in node.named_children:
        spans.append((start, child.start_byte))
        start = max(start, child.end_byte)
    return [(s, e) for s, e in [*spans, (start, end)] if s < e]


def holds(predicate: str, args: Sequence[Any], pattern_index: int, captures: Any) -> bool:
    if predicate.endswith("!"):
        return True
    nodes = captures.get(args[0][0], [])
    texts = [node.text.decode("utf-8", "replace") for node in nodes]
    if predicate in ("lua-match?", "not-lua-match?"):
        matches = [re.search(lua_pattern(args[1][0]), text) is not None for text in texts]
        return all(matches) if predicate == "lua-match?" else not any(matches)
    if predicate == "has-ancestor?":
        kinds = {arg for arg, _ in args[1:]}
        return all(any(a.type in kinds for a in ancestors(node)) for node in nodes)
    return False


def ancestors(node: Any) -> Iterator[Any]:
    while (node := node.parent) is not None:
        yield node


class Points:
    """Rows and columns of the offsets of a text."""

    def __init__(self, data: bytes) -> None:
        self._starts = [0, *(m.end() for m in re.finditer(rb"\n", data))]
        self._n_bytes = len(data)

    def at(self, byte: int) -> tuple[int, int]:
        from bisect import bisect_right

        row = bisect_right(self._starts, byte) - 1
        return row, byte - self._starts[row]

    def byte(self, row: int, column: int) -> int:
        if row >= len(self._starts):
            return self._n_bytes
        return min(self._n_bytes, max(0, self._starts[row] + column))


def within(spans: Ranges, ranges: Ranges) -> Ranges:
    pairs = ((max(s, a), min(e, b)) for s, e in spans for a, b in ranges)
    return [(s, e) for s, e in pairs if s < e]


def merged(ranges: Ranges) -> Ranges:
    found: Ranges = []
    for start, end in sorted(ranges):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def painted(layers: Sequence[Layer], n_bytes: int) -> list[tuple[int, int, list[str]]]:
    """Return the innermost languages of each stretch: several where patterns of a depth overlap."""
    depth = [0] * n_bytes
    names: list[frozenset[str]] = [frozenset()] * n_bytes

    def paint(layer: Layer, level: int) -> None:
        for start, end in layer.ranges:
            for i in range(start, min(end, n_bytes)):
                if level > depth[i]:
                    depth[i], names[i] = level, frozenset({layer.language})
                elif level == depth[i]:
                    names[i] = names[i] | {layer.language}
        for child in layer.children:
            paint(child, level + 1)

    for layer in layers:
        paint(layer, 1)
    spans, start = [], 0
    for i in range(1, n_bytes + 1):
        if i == n_bytes or names[i] != names[start]:
            if names[start]:
                spans.append((start, i, sorted(names[start])))
            start = i
    return spans


def asked(request: Mapping[str, Any], peers: Mapping[str, Peer]) -> dict[str, Any]:
    data = request["text"].encode()
    tags: list[Layer] = []
    if request["tags"]:
        tag = re.compile(request["tags"].encode(), re.DOTALL)
        for match in tag.finditer(data):
            code = [match.span(i + 1) for i, group in enumerate(match.groups()) if group]
            tags.append(Layer(BORDER, [match.span()], [Layer(request["tag_language"], code)]))
        data = tag.sub(lambda m: re.sub(rb"[^\n]", b" ", m[0]), data)
    grammar = request["grammar"] and grammar_of(request["grammar"])
    whole = [(0, len(data))]
    return {
        name: painted(
            [*(injected(peer, data, grammar, whole) if grammar else []), *tags], len(data)
        )
        for name, peer in peers.items()
    }


def main() -> None:
    folders = json.loads(sys.stdin.readline())["queries"]
    peers = {name: Peer(Path(folder)) for name, folder in folders.items()}
    for line in sys.stdin:
        try:
            answer = asked(json.loads(line), peers)
        except Exception as error:  # of one file: the next ones are asked all the same
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
