"""Holes in real code: pieces of syntax cut out of a repository's own files, to be filled again.

Owns which files count and what is cut. The same seed, languages and number give the same holes,
whatever the order in which a disk lists its files; a file more or less moves few of them.
"""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hotseat.app.git import git_environment
from hotseat.app.mining import language_of_path
from hotseat.completion.secrets import is_secret_path
from hotseat.domain.errors import HotseatError
from hotseat.languages.errors import n_errors
from hotseat.languages.grammars import grammar
from hotseat.languages.regions import region_language
from hotseat.languages.regions.html import HOSTS

if TYPE_CHECKING:
    from tree_sitter import Node

KINDS = ("expression", "statement", "block")
MIN_CHARS, MAX_CHARS = 4, 700
"""Of what is cut out."""
N_LANGUAGES = 3
"""So many are taken, the most common first, when nobody names any."""
MAX_FILE_BYTES = 200_000
_MAX_LINE_CHARS = 500
_MAX_MEAN_LINE_CHARS = 120
_HEAD_CHARS = 2000
_GIT_TIMEOUT_S = 60

CODE = frozenset(
    {"c", "cpp", "csharp", "go", "java", "javascript", "javascriptreact", "lua", "php", "python"}
    | {"ruby", "rust", "shellscript", "svelte", "typescript", "typescriptreact", "vue"}
)
"""Languages with statements and blocks to cut. Of Vue's and Svelte's files, their scripts."""

_GENERATED = re.compile(
    r"@generated|\b(auto-?)?generated (by|from|file|code)\b|\bcode generated\b|do not (edit|modify)"
    r"|\bautomatically generated\b",
    re.IGNORECASE,
)
_VENDORED = re.compile(r"(^|/)(vendors?|third[_-]?party|external|plugins?/[^/]*\d\.\d|lib/jquery)")
_SECRET_TEXT = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bsk-[\w-]{20,}"
    r"|\bxox[abpr]-[\w-]{10,}"
)
_BLOCKS = frozenset(
    {"block", "statement_block", "compound_statement", "body_statement", "do_group"}
)
_LISTS = frozenset({"statement_list"})
"""Stand between a block and its statements."""
_EXPRESSIONS = frozenset(
    {"array", "array_creation_expression", "arrow_function", "attribute", "await"}
    | {"await_expression", "binary", "binary_expression", "binary_operator", "boolean_operator"}
    | {"call", "call_expression", "comparison_operator", "composite_literal"}
    | {"conditional_expression", "dictionary", "dictionary_comprehension", "func_literal"}
    | {"function_call", "function_call_expression", "hash", "index_expression"}
    | {"interpreted_string_literal", "invocation_expression", "lambda", "lambda_expression"}
    | {"list", "list_comprehension", "macro_invocation", "member_access_expression"}
    | {"member_call_expression", "member_expression", "method_invocation", "new_expression"}
    | {"not_operator", "object", "object_creation_expression", "raw_string_literal"}
    | {"scoped_call_expression", "selector_expression", "set", "string", "string_literal"}
    | {"struct_expression", "subscript", "subscript_expression", "table_constructor"}
    | {"template_string", "ternary_expression", "tuple", "unary_expression"}
)
_NO_VALUES = frozenset({"left", "name", "function", "key", "path", "source", "label"})
"""Fields whose node is not a value that a person would write last."""
_NO_STATEMENTS = re.compile(
    r"comment|import|package|definition|^(function|method|class|type|interface|enum|struct|impl|trait"
    r"|mod|module|namespace|export|generator_function|abstract_class)_"
    r"|_item$|^(class|module|method|program|block|statement_block|use_declaration|php_tag)$"
)
"""Comments, imports and whole definitions are no statements that one suggestion should fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """`middle` was cut out between `before` and `after`; the cursor stands between them."""

    path: str
    """Inside the repository, with "/"."""
    language: str
    """Of the file."""
    code_language: str
    """Of the place: a Vue file's script is JavaScript or TypeScript."""
    kind: str
    before: str
    middle: str
    after: str
    code: tuple[int, int]
    """Bytes of the whole file that are code: all, or the script."""

    @property
    def position(self) -> tuple[int, int]:
        """Line and character in UTF-16, as editors count."""
        line = self.before.count("\n")
        column = self.before[self.before.rfind("\n") + 1 :]
        return line, len(column.encode("utf-16-le")) // 2

    def parses_with(self, text: str) -> bool:
        """Whether the file with `text` in the hole has no more syntax errors than it had."""
        return self._n_errors_with(text) <= self._n_errors_with(self.middle)

    def _n_errors_with(self, text: str) -> int:
        start, end = self.code
        n_more = len(text.encode()) - len(self.middle.encode())
        root = _parsed(
            (self.before + text + self.after).encode(), self.code_language, (start, end + n_more)
        )
        return n_errors(root) if root is not None else 0


def sample_holes(
    repository: Path, *, n: int, seed: int, languages: Sequence[str] = ()
) -> list[Hole]:
    """About `n` holes in each language, a third of each kind. Raises HotseatError for nothing.

    Fewer where a repository has no more; the kinds of one language stay equal in number.
    """
    paths = _paths_by_language(repository)
    if not paths:
        raise HotseatError(
            f"There is no code in {repository} that a bench can use",
            hint=f"It looks for files that git knows, in: {', '.join(sorted(CODE))}",
        )
    if missing := [name for name in languages if name not in paths]:
        raise HotseatError(
            f"{repository} has no {', '.join(missing)} that a bench can use",
            hint=f"It has {', '.join(sorted(paths))}",
        )
    chosen = list(languages) or languages_in(repository)[:N_LANGUAGES]
    holes = []
    for language in chosen:
        holes += _sample(repository, paths[language], language, n=n, seed=seed)
    if not holes:
        raise HotseatError(
            f"No file of {repository} has all of {', '.join(KINDS)} to cut out",
            hint=f"Looked at {', '.join(chosen)}",
        )
    return holes


def languages_in(repository: Path) -> list[str]:
    """What `sample_holes` finds there, the most common first. Raises HotseatError."""
    paths = _paths_by_language(repository)
    return sorted(paths, key=lambda name: (-len(paths[name]), name))


def _sample(
    repository: Path, paths: Sequence[str], language: str, *, n: int, seed: int
) -> list[Hole]:
    wanted = -(-n // len(KINDS))
    order = sorted(paths, key=lambda path: _digest(f"{seed} {path}"))
    found: dict[str, list[list[Hole]]] = defaultdict(list)
    for path in order:
        if all(len(found[kind]) >= wanted for kind in KINDS):
            break
        of_file = _holes_in(repository, path, language)
        for kind in KINDS:
            if of_file[kind]:
                random.Random(f"{seed} {kind} {path}").shuffle(of_file[kind])
                found[kind].append(of_file[kind])
    n_each = min(wanted, *(sum(map(len, found[kind])) for kind in KINDS))
    dealt = [_dealt(found[kind], n_each) for kind in KINDS]
    return [hole for of_each_kind in zip(*dealt, strict=True) for hole in of_each_kind]


def _dealt(hands: Sequence[Sequence[Hole]], n: int) -> list[Hole]:
    """The first of each file, then the second of each: as many files as there are."""
    longest = max(map(len, hands), default=0)
    rounds = [hand[i] for i in range(longest) for hand in hands if i < len(hand)]
    return rounds[:n]


def _holes_in(repository: Path, path: str, language: str) -> Mapping[str, list[Hole]]:
    found: dict[str, list[Hole]] = defaultdict(list)
    text = _text(repository / path)
    if text is None:
        return found
    data = text.encode()
    for code_language, start, end in _regions(data, text, language):
        root = _parsed(data, code_language, (start, end))
        if root is None or n_errors(root) > 0:
            continue
        for kind, first, last in _cuts(root):
            middle = data[first:last].decode()
            if MIN_CHARS <= len(middle) <= MAX_CHARS:
                hole = Hole(
                    path=path,
                    language=language,
                    code_language=code_language,
                    kind=kind,
                    before=data[:first].decode(),
                    middle=middle,
                    after=data[last:].decode(),
                    code=(start, end),
                )
                found[kind].append(hole)
    return found


def _cuts(root: Node) -> Iterator[tuple[str, int, int]]:
    """Kind and byte range of everything that can be cut out."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.named_children)
        if node.type in _BLOCKS or node is root:
            statements = [
                child
                for part in node.named_children
                for child in (part.named_children if part.type in _LISTS else (part,))
            ]
            for child in statements if len(statements) > 1 else ():  # one alone is the block
                if not _NO_STATEMENTS.search(child.type) and not _is_text(child):
                    yield "statement", child.start_byte, child.end_byte
            if statements and node is not root and not _is_class(node.parent):
                yield "block", statements[0].start_byte, statements[-1].end_byte
        elif node.type in _EXPRESSIONS and _is_value(node):
            yield "expression", node.start_byte, node.end_byte


def _is_value(node: Node) -> bool:
    """A value of its own: no target, no callee, nothing that goes on with `.` behind it, and not
    the whole of a statement."""
    parent = node.parent
    if parent is None or parent.type == "expression_statement" or "import" in parent.type:
        return False
    if parent.type in _BLOCKS | _LISTS or parent.parent is None:
        return False
    at = next((i for i, child in enumerate(parent.children) if child == node), -1)
    if at < 0 or parent.field_name_for_child(at) in _NO_VALUES:
        return False
    after = parent.children[at + 1] if at + 1 < len(parent.children) else None
    goes_on = after is not None and after.start_byte == node.end_byte
    return not (goes_on and after is not None and after.type in _GOES_ON)


_GOES_ON = frozenset(
    {".", "?.", "(", "[", "argument_list", "arguments", "::", "->", "optional_chain"}
)


def _is_class(node: Node | None) -> bool:
    return node is not None and "class" in node.type


def _is_text(statement: Node) -> bool:
    """A docstring."""
    return statement.type == "expression_statement" and bool(
        statement.named_children and statement.named_children[0].type == "string"
    )


def _regions(data: bytes, text: str, language: str) -> list[tuple[str, int, int]]:
    """Language and bytes of the code in a file."""
    if language not in HOSTS:
        return [(language, 0, len(data))]
    root = _parsed(data, language, (0, len(data)))
    found = []
    for node in root.children if root is not None else ():
        for child in node.children if node.type == "script_element" else ():
            if child.type == "raw_text":
                opening = data[node.start_byte : child.start_byte].decode()
                inside = region_language(
                    None,
                    0,
                    language,
                    text_before=lambda _n, opening=opening: opening,  # type: ignore[misc]
                    slice_bytes=lambda _start, _end: "",
                )
                if inside in CODE:
                    found.append((inside, child.start_byte, child.end_byte))
    return found


def _parsed(data: bytes, language: str, part: tuple[int, int]) -> Node | None:
    from tree_sitter import Parser, Point, Range

    found = grammar(language)
    if found is None:
        return None
    parser = Parser(found)
    if part != (0, len(data)):
        before, inside = data[: part[0]], data[: part[1]]
        points = [Point(x.count(b"\n"), len(x) - x.rfind(b"\n") - 1) for x in (before, inside)]
        parser.included_ranges = [Range(points[0], points[1], *part)]
    return parser.parse(data).root_node


def _paths_by_language(repository: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in _git_files(repository):
        language = language_of_path(path)
        if (
            language in CODE
            and not is_secret_path(path)
            and not _VENDORED.search(path)
            and grammar(language) is not None
        ):
            found[language].append(path)
    return dict(found)


def _git_files(repository: Path) -> list[str]:
    """Raises HotseatError where there is no repository or no git."""
    if not repository.is_dir():
        raise HotseatError(f"{repository} is not a folder", hint="Name a git repository's folder")
    command = ["git", "-C", str(repository), "-c", "core.fsmonitor=false", "ls-files", "-z"]
    try:
        answer = subprocess.run(
            command,
            check=False,
            capture_output=True,
            timeout=_GIT_TIMEOUT_S,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HotseatError(f"Cannot run git in {repository}: {error}") from error
    if answer.returncode:
        said = answer.stderr.decode(errors="replace").strip().splitlines()
        raise HotseatError(
            f"git knows no files in {repository}: {said[-1] if said else ''}",
            hint="Name a git repository's folder, or make it one: `git init`, `git add .`",
        )
    return [name for name in answer.stdout.decode(errors="replace").split("\0") if name]


def _text(path: Path) -> str | None:
    """None for what nobody writes by hand, what may hold secrets, and what cannot be read."""
    try:
        if path.is_symlink() or not 0 < path.stat().st_size <= MAX_FILE_BYTES:
            return None
        text = path.read_bytes().decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None
    lines = text.split("\n")
    is_minified = (
        max(map(len, lines)) > _MAX_LINE_CHARS or len(text) / len(lines) > _MAX_MEAN_LINE_CHARS
    )
    if is_minified or "\r" in text or "\0" in text:
        return None
    if _GENERATED.search(text[:_HEAD_CHARS]) or _SECRET_TEXT.search(text):
        return None
    return text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
