"""What a question names: files and symbols with an @, and code in its words.

Owns the syntax: `@path/to/file.go`, `@"a path with spaces"`, `@Symbol`, `@Type.member`. An @ counts
after a space, a bracket or a quotation mark, so that no address of a mail does, and not in fenced
code, where it begins a decorator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_MENTIONS = 20
MAX_NAMES = 40
MIN_NAME_CHARS = 3
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1[`~]*\s*$|\Z)", re.MULTILINE | re.DOTALL)
_MENTION = re.compile(r"""(?<![^\s(\[{'"„“])@(?:"([^"\n]{1,300})"|([\w./\\:~+#-]*[\w+#]))""")
_QUOTED = re.compile(r"`([^`\n]{1,120})`")
_CALLED = re.compile(r"\b([A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)*)\(")
_QUALIFIED = re.compile(r"\b([A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+)\b")
_JOINED = re.compile(r"\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w*[A-Za-z0-9]_\w+|_\w+)\b")
_NAME = re.compile(r"[^\W\d]\w*")
_FULL_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)*(?:\(\))?")
_OF_SENTENCES = frozenset({"e.g", "i.e", "a.m", "p.m", "etc"})
_KEYWORDS = frozenset(
    {
        *("and", "assert", "async", "await", "break", "case", "catch", "class", "const"),
        *("continue", "def", "default", "del", "elif", "else", "enum", "except", "export"),
        *("extends", "extern", "false", "final", "finally", "for", "foreach", "from", "func"),
        *("function", "impl", "implements", "import", "instanceof", "int", "interface", "internal"),
        *("lambda", "let", "match", "mod", "mut", "namespace", "new", "nil", "none", "not", "null"),
        *("package", "pass", "private", "protected", "pub", "public", "raise", "range", "return"),
        *("self", "static", "string", "struct", "super", "switch", "template", "this", "throw"),
        *("throws", "trait", "true", "try", "type", "typedef", "typeof", "union", "unsafe"),
        *("use", "using", "var", "void", "while", "with", "yield"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A file or symbol that the question names with an @."""

    text: str
    """Without the @ and quotation marks, with "/"."""

    @property
    def looks_like_path(self) -> bool:
        """Return whether it can only be a file."""
        return "/" in self.text or re.search(r"\.\w+$", self.text) is not None


def mentions(question: str) -> list[Mention]:
    """Return what the question names with an @, in order, each once, at most MAX_MENTIONS."""
    found = [
        (quoted or bare).replace("\\", "/").removeprefix("./")
        for quoted, bare in _MENTION.findall(_FENCE.sub("", question))
    ]
    return [Mention(text=text) for text in dict.fromkeys(found) if text][:MAX_MENTIONS]


def names_in_question(question: str) -> list[str]:
    """Return words of a question that look like names in code: in backticks, called, qualified, or
    written in camelCase or snake_case. An ordinary word is none: "list" is defined everywhere."""
    prose = _FENCE.sub("", question)
    prose = _MENTION.sub(" ", prose)
    quoted = [text for text in _QUOTED.findall(prose) if _FULL_NAME.fullmatch(text.strip())]
    found = [text.strip().removesuffix("()") for text in quoted]
    bare = _QUOTED.sub(" ", prose)
    for pattern in (_CALLED, _QUALIFIED, _JOINED):
        found += pattern.findall(bare)
    return _kept(name for name in found if name.lower() not in _OF_SENTENCES)


def names_in_code(lines: Iterable[str]) -> list[str]:
    """Return the names that code uses, in the order of their first use."""
    return _kept(name for line in lines for name in _NAME.findall(line[:300]))


def _kept(names: Iterable[str]) -> list[str]:
    kept = (name for name in names if len(name) >= MIN_NAME_CHARS and name.lower() not in _KEYWORDS)
    return list(dict.fromkeys(kept))[:MAX_NAMES]
