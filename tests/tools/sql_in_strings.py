"""How much SQL in real code is found, and how many sentences are taken for SQL.

    PYTHONPATH=server:tests python tests/tools/sql_in_strings.py FOLDER… [--missed FILE]

Of each string in the sources that begins with a word of SQL, sqlglot (`pip install sqlglot`) says
whether it is SQL in one of four dialects; Hotseat is asked at the string's end, in its file, with
the tree and without. Sentences are those in all texts of the folders that begin with such a word;
they stand in three kinds of Python strings. Words alone count as SQL only if they begin with one of
six verbs, in capitals or not. What sqlglot takes for SQL there and is a sentence ("delete page",
which it reads as a table with an alias) is counted with what is missed: read --missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Parser, Tree

from hotseat.languages.profile import words
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import region_language

LANGUAGES = {
    ".cs": "csharp",
    ".go": "go",
    ".java": "java",
    ".js": "javascript",
    ".kt": "kotlin",
    ".mjs": "javascript",
    ".php": "php",
    ".py": "python",
    ".rb": "ruby",
    ".rs": "rust",
    ".ts": "typescript",
}
PROSE = {".md", ".mdx", ".pod", ".rst", ".txt", ".html", *LANGUAGES}
DIALECTS = ("postgres", "sqlite", "tsql", "mysql")
MAX_BYTES = 400_000
_WORDS = sorted(
    words("""
    select insert update delete create alter drop with truncate explain pragma merge replace values
    savepoint release rollback copy grant revoke call execute declare fetch show set begin commit
    start lock vacuum analyze reindex refresh listen notify comment attach detach use describe
    deallocate prepare close
    """)
)
_BEGINS = re.compile(rf"\s*\(?\s*(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_STRING = re.compile(
    r"//[^\n]*|/\*.*?\*/|"
    r'"""(.*?)"""|"((?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\\n]|\\.){1,8}\'',
    re.DOTALL,
)
"""Of Kotlin, which has no grammar here."""
_STRING_NODES = words("""
encapsed_string heredoc heredoc_body interpolated_string_expression interpreted_string_literal
nowdoc raw_string_literal string string_literal template_string verbatim_string_literal
""")
_QUOTES = re.compile(r"[A-Za-z@$]*#*(\"+|'+|`|<<<[^\n]*\n|%[qQ]?[\[({]|)#*")
_SENTENCE = re.compile(
    rf"(?<![\w`])((?:{'|'.join(w.title() for w in _WORDS)}|{'|'.join(_WORDS)}) "
    r"[^\n.;:`\"|<>]{8,160})"
)
_PLAIN_WORDS = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}")
_CODE = re.compile(r"\$\{[^{}]*\}|\{[^{}]*\}|%[sdqv]")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--missed", type=Path, help="where to write what was missed or wrong")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    files = [path for folder in given.folders for path in sorted(folder.rglob("*"))]
    files = [f for f in files if f.is_file() and f.stat().st_size <= MAX_BYTES]
    n: Counter[str] = Counter()
    missed = [row for path in files if path.suffix in LANGUAGES for row in _missed(path, n)]
    n_missed = Counter(kind for kind, _ in missed)
    for kind in sorted(n):
        print(f"{kind:22} {n[kind]:6} strings of SQL, {1 - n_missed[kind] / n[kind]:.3f} found")
    sentences = sorted({s for path in files if path.suffix in PROSE for s in _sentences(path)})
    wrong = [s for s in sentences if _is_taken_for_sql(s) and not _is_sql(s)]
    print(f"{len(sentences)} sentences, {len(wrong)} taken for SQL")
    if given.missed:
        rows = [{"kind": kind, "text": text} for kind, text in missed]
        rows += [{"kind": "sentence", "text": text} for text in wrong]
        given.missed.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def _missed(path: Path, n: Counter[str]) -> Iterator[tuple[str, str]]:
    language = LANGUAGES[path.suffix]
    text = path.read_text("utf-8", errors="ignore")
    content = text.encode()
    known = grammar(language)
    tree = Parser(known).parse(content) if known is not None else None
    for found, end_byte in _strings(text, tree):
        if not _BEGINS.match(found) or len(found.split()) < 3 or not _is_sql(found):
            continue
        end = len(content[:end_byte].decode(errors="ignore"))
        for kind, given in ((f"{language}, tree", tree), (f"{language}, text", None)):
            if kind == "kotlin, tree":
                continue
            n[kind] += 1
            here = region_language(
                given,
                end_byte,
                language,
                text_before=lambda size, end=end: text[max(0, end - size) : end],
                text_after=lambda size, end=end: text[end : end + size],
                slice_bytes=lambda a, b: content[a:b].decode(errors="ignore"),
                uri=path.as_uri() if path.is_absolute() else f"file:///{path}",
            )
            if here != "sql":
                yield kind, found


def _strings(text: str, tree: Tree | None) -> Iterator[tuple[str, int]]:
    """What each string holds, and where that ends in UTF-8."""
    if tree is None:
        for match in _STRING.finditer(text):
            if match.lastindex:
                yield match[match.lastindex], len(text[: match.end(match.lastindex)].encode())
        return
    stack = [tree.root_node]
    while stack:
        node = stack.pop()
        if node.type not in _STRING_NODES:
            stack += node.children
            continue
        whole = (node.text or b"").decode(errors="ignore")
        if node.type in ("heredoc", "nowdoc", "heredoc_body"):
            body = whole.rpartition("\n")[0]
            yield (
                (body if whole[:1] == "\n" else body.partition("\n")[2]),
                node.start_byte + len(body.encode()),
            )
            continue
        opener = _QUOTES.match(whole)
        size = opener.end() if opener else 0
        n_closing = len(opener[1]) + opener[0].count("#") if opener else 0
        if n_closing == 0 or len(whole) < size + n_closing:
            continue
        yield whole[size : len(whole) - n_closing], node.end_byte - n_closing


_WORDS_ALONE = re.compile(r"[A-Za-z,.'!… -]+")
_TABLE_VERBS = ("alter", "create", "delete", "drop", "insert", "select")
_NO_STATEMENTS = frozenset({"Alias", "Column", "Command", "NoneType"})


def _is_sql(text: str) -> bool:
    verb = (text.split() or [""])[0]
    if _WORDS_ALONE.fullmatch(text) and (
        verb.istitle() or (verb.islower() and verb not in _TABLE_VERBS)
    ):
        return False  # sqlglot reads "Set custom type" and "copy code to clipboard"
    sqlglot = importlib.import_module("sqlglot")  # no dependency of the project
    plain = _CODE.sub("x", text.replace("\\n", "\n").replace('\\"', '"'))
    for dialect in DIALECTS:
        try:
            parsed = sqlglot.parse(plain, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
        except Exception:
            continue
        names = {type(one).__name__ for one in parsed}
        if not names & _NO_STATEMENTS and not isinstance(parsed[0], sqlglot.exp.Func):
            return True
    return False


def _sentences(path: Path) -> Iterator[str]:
    for match in _SENTENCE.finditer(path.read_text("utf-8", errors="ignore")):
        if _PLAIN_WORDS.search(match[1]):
            yield match[1]


def _is_taken_for_sql(sentence: str) -> bool:
    for before in ("a = ", "log.info(", "f(a, "):
        code = f'{before}"{sentence}'
        content = code.encode()
        found = region_language(
            None,
            len(content),
            "python",
            text_before=lambda size, code=code: code[-size:],
            slice_bytes=lambda a, b, content=content: content[a:b].decode(),
        )
        if found == "sql":
            return True
    return False


if __name__ == "__main__":
    main()
