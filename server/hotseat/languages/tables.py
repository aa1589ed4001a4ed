"""What is known of languages by name: tables under LSP's language ids, and the ids without profile.

Owns `NAMES`, the languages of which only names and comments are known. Everything else comes from
`profiles`, and from `linguist_names` where neither states a name. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hotseat.languages import linguist_names
from hotseat.languages.profile import LanguageProfile
from hotseat.languages.profiles import PROFILES

NAMES: tuple[LanguageProfile, ...] = (
    LanguageProfile(id="ada", extensions=("adb", "ads"), line_comment="--"),
    LanguageProfile(id="applescript", interpreters=("osascript",), line_comment="--"),
    LanguageProfile(id="assembly", aliases=("asm",), extensions=("asm", "s"), line_comment=";"),
    LanguageProfile(id="awk", interpreters=("awk", "gawk"), line_comment="#"),
    LanguageProfile(
        id="bat", aliases=("batch", "dosbatch"), extensions=("bat", "cmd"), line_comment="REM"
    ),
    LanguageProfile(id="clojure", extensions=("clj", "cljs"), line_comment=";"),
    LanguageProfile(
        id="cmake", file_names=("cmakelists.txt",), extensions=("cmake",), line_comment="#"
    ),
    LanguageProfile(id="d", extensions=("d",), line_comment="//"),
    LanguageProfile(id="dart", extensions=("dart",), line_comment="//"),
    LanguageProfile(id="eex", aliases=("html-eex",), extensions=("eex", "leex")),
    LanguageProfile(
        id="erlang",
        file_names=("rebar.config",),
        extensions=("erl", "hrl"),
        interpreters=("escript",),
        line_comment="%",
    ),
    LanguageProfile(id="fish", extensions=("fish",), interpreters=("fish",), line_comment="#"),
    LanguageProfile(id="fortran", extensions=("f90",), line_comment="!"),
    LanguageProfile(id="git-commit", aliases=("gitcommit",)),
    LanguageProfile(id="git-rebase", aliases=("gitrebase",)),
    LanguageProfile(id="go.mod", aliases=("gomod",), file_names=("go.mod",), line_comment="//"),
    LanguageProfile(id="go.sum", aliases=("gosum",), file_names=("go.sum",)),
    LanguageProfile(id="go.work", aliases=("gowork",), file_names=("go.work",), line_comment="//"),
    LanguageProfile(id="graphql", extensions=("graphql",), line_comment="#"),
    LanguageProfile(
        id="haskell",
        aliases=("hs",),
        extensions=("hs",),
        interpreters=("runghc",),
        line_comment="--",
    ),
    LanguageProfile(id="helm", file_names=("_helpers.tpl",), block_comment=("{{/*", "*/}}")),
    LanguageProfile(
        id="heex",
        aliases=("phoenix-heex",),
        extensions=("heex",),
        block_comment=("<%!--", "--%>"),
    ),
    LanguageProfile(
        id="ignore",
        file_names=(".dockerignore", ".gitignore", ".npmignore", ".prettierignore"),
        line_comment="#",
    ),
    LanguageProfile(
        id="ini",
        file_names=(".editorconfig", ".gitconfig", ".npmrc"),
        extensions=("cfg", "ini"),
        line_comment=";",
    ),
    LanguageProfile(id="just", file_names=(".justfile", "justfile"), line_comment="#"),
    LanguageProfile(
        id="liquid", extensions=("liquid",), block_comment=("{% comment %}", "{% endcomment %}")
    ),
    LanguageProfile(id="lisp", extensions=("lisp",), line_comment=";"),
    LanguageProfile(id="matlab", aliases=("octave",), line_comment="%"),
    LanguageProfile(id="mdx", extensions=("mdx",), block_comment=("{/*", "*/}")),
    LanguageProfile(id="nix", extensions=("nix",), line_comment="#"),
    LanguageProfile(
        id="nunjucks", aliases=("njk",), extensions=("njk",), block_comment=("{#", "#}")
    ),
    LanguageProfile(
        id="ocaml", extensions=("ml", "mli"), interpreters=("ocaml",), block_comment=("(*", "*)")
    ),
    LanguageProfile(
        id="powershell",
        aliases=("ps1",),
        extensions=("ps1", "psm1"),
        interpreters=("pwsh",),
        line_comment="#",
    ),
    LanguageProfile(id="prisma", extensions=("prisma",), line_comment="//"),
    LanguageProfile(id="proto", extensions=("proto",), line_comment="//"),
    LanguageProfile(id="r", extensions=("r",), interpreters=("rscript",), line_comment="#"),
    LanguageProfile(id="regex", aliases=("regexp",)),
    LanguageProfile(id="restructuredtext", extensions=("rst",)),
    LanguageProfile(id="scheme", extensions=("scm",), interpreters=("guile",), line_comment=";"),
    LanguageProfile(id="solidity", extensions=("sol",), line_comment="//"),
    LanguageProfile(
        id="terraform", aliases=("tf",), extensions=("hcl", "tf", "tfvars"), line_comment="#"
    ),
    LanguageProfile(id="vb", aliases=("vbnet",), extensions=("vb",), line_comment="'"),
    LanguageProfile(id="verilog", extensions=("v",), line_comment="//"),
    LanguageProfile(id="vhdl", extensions=("vhd",), line_comment="--"),
    LanguageProfile(
        id="vim", file_names=(".vimrc", "vimrc"), extensions=("vim",), line_comment='"'
    ),
)
"""Languages without grammar and without shipped expert. One that needs more facts than these gets a
module in `profiles`."""

_ALL: tuple[LanguageProfile, ...] = (*PROFILES.values(), *NAMES)


def _by_name(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    return {name: language for language, names in pairs for name in names}


def _with(generated: Mapping[str, str], stated: dict[str, str]) -> dict[str, str]:
    """What is stated wins over Linguist's names."""
    return _by_name((language, tuple(v.split())) for language, v in generated.items()) | stated


ALIASES: dict[str, str] = _with(linguist_names.ALIASES, _by_name((p.id, p.aliases) for p in _ALL))
"""Ids and names that editors and users write, and the LSP id that they mean. Neovim sends
filetypes, which differ from VS Code's ids; of a compound filetype ("yaml.docker-compose") the parts
are looked up."""
FILE_NAMES: dict[str, str] = _with(
    linguist_names.FILE_NAMES, _by_name((p.id, p.file_names) for p in _ALL)
)
EXTENSIONS: dict[str, str] = _with(
    linguist_names.EXTENSIONS, _by_name((p.id, p.extensions) for p in _ALL)
)
INTERPRETERS: dict[str, str] = _with(
    linguist_names.INTERPRETERS, _by_name((p.id, p.interpreters) for p in _ALL)
)
LINE_COMMENTS: dict[str, str] = {p.id: p.line_comment for p in _ALL if p.line_comment}
BLOCK_COMMENTS: dict[str, tuple[str, str]] = {
    p.id: p.block_comment for p in _ALL if p.block_comment
}
WITH_FACTS: frozenset[str] = frozenset(p.id for p in _ALL)
"""LSP language ids of which more than names is known."""
KNOWN: frozenset[str] = frozenset(
    (*WITH_FACTS, *linguist_names.EXTENSIONS, *linguist_names.FILE_NAMES)
)
"""Every LSP language id of which something is known."""
