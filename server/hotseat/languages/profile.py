"""What Hotseat knows about one programming language: the fields of a `LanguageProfile`.

Owns the types. The facts are in `profiles/`, one module for each language. Imports no grammar and
compiles no pattern: all profiles are loaded when the language server starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class BlockStyle(StrEnum):
    """How the body of a function or a loop is marked."""

    BRACES = "braces"
    INDENTATION = "indentation"
    """The header ends with a colon."""
    END_KEYWORD = "end keyword"
    """The header begins or ends with a word (`def`, `then`), the block ends with one (`end`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The tree-sitter grammar: a function of a Python module."""

    module: str
    function: str = "language"
    is_reliable: bool = True
    """False: the grammar reports errors in valid text, or accepts invalid text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StringSyntax:
    """How string literals are written."""

    has_quotes: bool = True
    """`"` and `'` delimit strings of one line. False in prose and markup."""
    is_character_quote: bool = False
    r"""`'` holds one character (`'a'`, `'\n'`); alone it may be a lifetime or an apostrophe."""
    spans_lines: bool = False
    """A `"` string may have several lines."""
    has_hash_raw: bool = False
    """`r"…"` and `r#"…"#` are strings without escapes."""
    has_triple: bool = False
    """Three quotes delimit a string of several lines."""
    backtick: Literal["raw", "escaped"] | None = None
    """`` ` `` delimits a string of several lines, without or with backslash escapes."""
    has_regex_literals: bool = False
    """`/…/` is a regular expression where no division can be."""
    has_prefixes: bool = False
    """Letters may precede the first quote: `f"…"`, `L"…"`."""
    shell_call: str = ""
    """A regular expression for the code before a string that is run by the shell, up to it."""
    node_types: frozenset[str] = frozenset()
    """Node types of the literals that may hold another language, for `regions.strings`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSyntax:
    """How a line imports another file, and which part of that file's path it names."""

    pattern: str
    """A regular expression for one line; the last group that matched is the target."""
    separators: tuple[str, ...] = ()
    """What may separate the parts of a target that has no "/"; the first that occurs counts."""
    roots: tuple[str, ...] = ()
    """Beginnings of a target that name no folder: Rust's `crate::`."""
    relative_words: frozenset[str] = frozenset()
    """First groups of the pattern after which the target is relative to the file's folder."""
    names: frozenset[Literal["folder", "module"]] = frozenset({"module"})
    """What the target means: a folder of files, or one file."""
    also: Literal["source", "parent", "stem"] | None = None
    """What else the target may mean. `source`: any file with its stem (C's header and source).
    `parent`: the target without its last part, which may be an item. `stem`: its last two parts
    without the file extension, wherever the folder is."""
    has_from: bool = False
    """Python's form: the pattern's groups are module, imported names, and module without names;
    leading dots are parent folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionSyntax:
    """Which nodes of a syntax tree define something: sets of node types.

    What the tag queries of `tags` mark as definitions need not be repeated in the sets. A node type
    that is in a set has that meaning whatever the queries say.
    """

    tags: tuple[str, ...] = ()
    """Modules of grammar wheels whose `TAGS_QUERY` applies."""
    functions: frozenset[str] = frozenset()
    """Shown by their signature."""
    types: frozenset[str] = frozenset()
    """Shown whole if short, else by their members; the walk looks at their members."""
    values: frozenset[str] = frozenset()
    """Constants, variables, aliases: shown by their first lines; never members of a type."""
    members: frozenset[str] = frozenset()
    """Functions that are reached through an object or a type, wherever they are (Go's methods)."""
    containers: frozenset[str] = frozenset()
    """Define nothing, but hold definitions: wrappers, bodies, conditional parts."""
    ignored: frozenset[str] = frozenset()
    """Node types that the tag queries mark, although another node holds the whole definition."""
    are_types_universal: bool = False
    """Code in any language may name the types: SQL's tables, in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageProfile:
    """The facts about one language. Only `id` is required; a missing fact has its default."""

    id: str
    """LSP language id."""
    name: str = ""
    """For people."""
    aliases: tuple[str, ...] = ()
    """Other ids and names, in lower case: Neovim's filetypes, info strings of Markdown's fences."""
    file_names: tuple[str, ...] = ()
    """Whole names, in lower case."""
    extensions: tuple[str, ...] = ()
    """In lower case, without the dot."""
    interpreters: tuple[str, ...] = ()
    """Programs of a "#!" line, without path and version."""

    grammar: Grammar | None = None
    line_comment: str | None = None
    """The token that makes the rest of a line a comment."""
    block_comment: tuple[str, str] | None = None
    """Opening and closing token."""
    strings: StringSyntax = StringSyntax()
    blocks: BlockStyle | None = None
    indents_with_tabs: bool = False
    """Its formatter does."""
    names_have_hyphens: bool = False
    newline_ends_statement: bool = False
    """No statement continues with a line that begins with `.`: Go's semicolon rule."""
    names_parse_alike: bool = False
    """One name parses like another: keywords are tokens of the grammar."""
    has_statements: bool = False
    """Consists of statements and blocks, out of which an infilling span can be cut. Vue and Svelte
    count because of their scripts."""
    imports: ImportSyntax | None = None
    definitions: DefinitionSyntax | None = None
    frames: tuple[tuple[str, str], ...] = ()
    """Code before and after a fragment that makes a fragment out of a class, a list or a `switch`
    parse by itself."""
    dialect_of: str | None = None
    """The id of the language that this one extends: JSX extends JavaScript."""
    families: frozenset[str] = frozenset()
    """Names of groups of languages whose code can serve as an example for each other."""
    without: frozenset[str] = frozenset()
    """Names of `FACTS` that do not exist in this language, so that none is missing."""

    def missing_facts(self) -> tuple[str, ...]:
        """The `FACTS` that this profile does not state, and that are not in `without`."""
        stated = {
            "name": self.name,
            "files": self.file_names or self.extensions,
            "grammar": self.grammar,
            "line_comment": self.line_comment,
            "block_comment": self.block_comment,
            "blocks": self.blocks,
            "imports": self.imports,
            "definitions": self.definitions,
            "tags": self.definitions and self.definitions.tags,
            "frames": self.frames,
            "string_nodes": self.strings.node_types,
        }
        return tuple(fact for fact in FACTS if not (stated[fact] or fact in self.without))


FACTS = (
    "name",
    "files",
    "grammar",
    "line_comment",
    "block_comment",
    "blocks",
    "imports",
    "definitions",
    "tags",
    "frames",
    "string_nodes",
)
"""What a complete profile states, `files` by file names or extensions. The other fields have
defaults that hold for most languages."""

NOT_CODE = frozenset({"blocks", "definitions", "frames", "imports", "string_nodes", "tags"})
"""`without` of markup, style sheets, data and prose."""


def words(names: str) -> frozenset[str]:
    """A set from its members separated by white space."""
    return frozenset(names.split())
