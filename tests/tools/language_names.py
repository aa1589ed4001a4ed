"""Languages' names, extensions, file names and interpreters, from a checkout of Linguist.

    python tests/tools/language_names.py write LINGUIST     rewrites languages/linguist_names.py
    python tests/tools/language_names.py measure LINGUIST   compares `language_of` with its samples

LINGUIST is the folder of github.com/github-linguist/linguist. `write` takes the names of the
languages in `LSP_IDS` from lib/linguist/languages.yml. It leaves out what a profile or
`tables.NAMES` states, and what languages with different ids share, unless `PREFERRED` decides.
`measure` prints, for the files in samples/, how many `language_of` names right, wrong and not at
all when the client gives no language id; with `-v` also which are wrong or not named.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hotseat.languages.detect import N_FIRST_LINES, N_LAST_LINES, language_of
from hotseat.languages.profiles import PROFILES
from hotseat.languages.tables import NAMES

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "server/hotseat/languages/linguist_names.py"
MAX_BYTES = 200_000
"""Of a sample that is read."""

_SAME = """
ABAP Ada AppleScript Apex AsciiDoc Astro Awk BibTeX Bicep Blade C CMake COBOL CSS CSV CUE Caddyfile
Clojure CoffeeScript Crystal Cypher D Dart Diff Dockerfile Dotenv Elixir Elm Erlang Fennel Forth
Fortran GDScript GDShader GLSL Gleam Go GraphQL Groovy HLSL HTML Hack Haml Handlebars Haskell Haxe
INI Idris JSON Janet Java JavaScript Jinja Jsonnet Julia Just Kotlin LLVM Lean Less Liquid Lua Luau
MATLAB MDX Makefile Markdown Mermaid Meson Metal Mojo Mustache Nginx Nim Nix Nunjucks OCaml Odin Org
PHP Pascal Perl PostCSS PowerShell Prisma Prolog Puppet PureScript Python QML R RON Racket Raku
ReScript Reason Roc Ruby Rust SCSS SPARQL SQL Sass Scala Scheme ShaderLab Slim Slint Smali Smalltalk
Solidity Squirrel Starlark Stylus Svelte Swift SystemVerilog TOML Tcl Thrift Turtle Twig TypeScript
Typst V VHDL Vala Verilog Vue WGSL XML YAML Zig fish jq
"""
_OTHER = {
    "assembly": ("Assembly", "Unix Assembly", "Motorola 68K Assembly"),
    "bat": ("Batchfile",),
    "clojure": ("edn",),
    "coffeescript": ("Literate CoffeeScript",),
    "cpp": ("C++",),
    "csharp": ("C#",),
    "cuda-cpp": ("Cuda",),
    "dot": ("Graphviz (DOT)",),
    "eex": ("HTML+EEX",),
    "erb": ("HTML+ERB", "JavaScript+ERB"),
    "fortran": ("Fortran Free Form",),
    "fsharp": ("F#",),
    "git-commit": ("Git Commit",),
    "go.mod": ("Go Module",),
    "go.sum": ("Go Checksums",),
    "go.work": ("Go Workspace",),
    "gotmpl": ("Go Template",),
    "groovy": ("Gradle",),
    "haskell": ("Literate Haskell",),
    "ignore": ("Git Attributes", "Ignore List"),
    "ini": ("EditorConfig", "Git Config", "NPM Config", "desktop"),
    "jade": ("Pug",),
    "json": ("JSONLD", "Jupyter Notebook", "OASv2-json", "OASv3-json"),
    "jsonc": ("JSON with Comments", "JSON5"),
    "kotlin": ("Gradle Kotlin DSL",),
    "latex": ("TeX",),
    "lean": ("Lean 4",),
    "lisp": ("Common Lisp", "Emacs Lisp"),
    "markdown": ("RMarkdown",),
    "nu": ("Nushell",),
    "objective-c": ("Objective-C",),
    "objective-cpp": ("Objective-C++",),
    "pip-requirements": ("Pip Requirements",),
    "plaintext": ("Text",),
    "properties": ("Java Properties",),
    "proto": ("Protocol Buffer",),
    "python": ("Cython", "NumPy", "Sage", "Snakemake"),
    "razor": ("HTML+Razor",),
    "regex": ("Regular Expression",),
    "restructuredtext": ("reStructuredText",),
    "shellscript": ("Alpine Abuild", "OpenRC runscript", "Shell", "ShellSession", "Tcsh"),
    "sql": ("HiveQL", "PLSQL", "PLpgSQL", "SQLPL", "TSQL"),
    "terraform": ("HCL", "Terraform Template"),
    "typescriptreact": ("TSX",),
    "vb": ("VBA", "VBScript", "Visual Basic .NET", "Visual Basic 6.0"),
    "vim": ("Vim script",),
    "wat": ("WebAssembly",),
    "xml": (
        *("Ant Build System", "COLLADA", "Maven POM", "SVG", "Web Ontology Language"),
        *("XML Property List", "XPages", "XProc", "XSLT"),
    ),
    "yaml": ("Common Workflow Language", "OASv2-yaml", "OASv3-yaml", "Salt", "Unity3D Asset"),
}
LSP_IDS: Mapping[str, str] = {name: name.lower() for name in _SAME.split()} | {
    name: language for language, names in _OTHER.items() for name in names
}
"""The LSP id of each of Linguist's languages that VS Code or these tables know."""
ALSO_RIGHT = {
    "JavaScript": {"javascriptreact"},
    "Go Template": {"helm"},
    "Lua": {"luau"},
    "HTML+EEX": {"heex"},
}
"""Other ids that `measure` accepts: an id of Hotseat's is finer than Linguist's name."""

_PREFERRED_BY_ID = {
    "apex": "trigger",
    "assembly": "nas",
    "csharp": "cs.pp",
    "cue": "cue",
    "fortran": "f for",
    "gdscript": "gd",
    "glsl": "frag",
    "haskell": "hs",
    "jq": "jq",
    "latex": "cls",
    "mojo": "mojo",
    "nu": "nu",
    "properties": "properties",
    "odin": "odin",
    "puppet": "pp",
    "reason": "re",
    "shaderlab": "shader",
    "smalltalk": "st",
    "starlark": "star",
    "typst": "typ",
    "vb": "bas frm",
    "xml": "plist props",
    "yaml": "sls",
}
PREFERRED = {v: language for language, found in _PREFERRED_BY_ID.items() for v in found.split()}
"""Extensions that languages with different ids share, and the commonest of those."""
NOT_TAKEN = {"h.in", "heex", "inc", "install", "man", "no", "tool"}
"""Names that say too little, or that mean another language too."""
FILETYPES = {
    "asciidoc": "adoc asciidoctor",
    "assembly": "armasm fasm gas masm nasm tasm x86asm",
    "bibtex": "bib",
    "clojure": "edn",
    "coffeescript": "coffee",
    "cpp": "arduino ino",
    "dockerfile": "docker",
    "dotenv": "env",
    "eex": "eelixir",
    "elixir": "iex",
    "git-commit": "gitcommit",
    "git-rebase": "gitrebase",
    "haskell": "ghci lhaskell",
    "html": "xhtml",
    "ignore": "dockerignore gitattributes gitignore hgignore",
    "ini": "cfg conf confini dosini editorconfig gitconfig systemd",
    "java": "jshell",
    "javascript": "ecmascript es6 node nodejs ojs",
    "json": "json-lines jsonl jsonlines ndjson",
    "julia": "jldoctest julia-repl",
    "makefile": "automake",
    "markdown": "commonmark gfm pandoc vimwiki",
    "mdx": "markdown.mdx",
    "nu": "nushell",
    "ocaml": "ocamlinterface ocamllex",
    "php": "phtml",
    "pip-requirements": "requirements",
    "powershell": "powershell-interactive ps1con pwsh-session",
    "properties": "jproperties",
    "proto": "proto2 proto3 protobuf",
    "python": "pycon pyrex python-repl sage snakemake",
    "r": "rconsole rscript",
    "restructuredtext": "rst",
    "ruby": "irb",
    "scala": "sbt",
    "shellscript": "azurecli bash-session sh-session tcsh zsh-session",
    "sql": "mariadb mssql mysql pgsql plsql postgres postgresql psql sqlite sqloracle t-sql",
    "starlark": "bzl tiltfile",
    "systemverilog": "sv svh",
    "terraform": "hcl terraform-vars tofu",
    "vim": "nvim",
    "xml": "ant docbk maven plist ps1xml rss svg xsd xslt",
    "yaml": "compose",
}
"""Filetypes of Neovim and info strings of Markdown's fences that Linguist does not list."""
PROGRAMS = {
    "awk": "busybox-awk",
    "csharp": "dotnet dotnet-script",
    "go": "gorun yaegi",
    "haskell": "cabal stack",
    "javascript": "zx",
    "kotlin": "kotlin kotlinc kscript",
    "python": "ipython ipython3 pipx uv uvx xonsh",
    "rust": "cargo rust-script",
    "scala": "amm scala-cli",
    "swift": "swift",
    "tcl": "expect tclsh",
    "typescript": "ts-node tsx",
    "yaml": "ansible-playbook",
}
"""Programs of a "#!" line that Linguist does not list. Those that build and run a script count for
the script's language."""
EXTENSIONS = {"json": "ndjson", "starlark": "bazel"}
"""Extensions that Linguist does not list."""
_MORE = {"ALIASES": FILETYPES, "EXTENSIONS": EXTENSIONS, "INTERPRETERS": PROGRAMS}
_FIELDS = {
    "ALIASES": "aliases",
    "EXTENSIONS": "extensions",
    "FILE_NAMES": "filenames",
    "INTERPRETERS": "interpreters",
}
_STATED = {"ALIASES": "aliases", "EXTENSIONS": "extensions", "FILE_NAMES": "file_names"}


def languages(linguist: Path) -> dict[str, dict[str, Any]]:
    """Linguist's languages by their names, as languages.yml states them."""
    text = (linguist / "lib/linguist/languages.yml").read_text("utf-8")
    found: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(text)
    return found


def names(facts: Mapping[str, Any], name: str, field: str) -> list[str]:
    """One language's names of a field, in lower case: extensions without their dot, aliases
    with "-" for spaces."""
    found = [str(value).lower() for value in facts.get(field, ())]
    if field == "aliases":
        found = ["-".join(value.split()) for value in (*found, name.lower())]
    return [value.removeprefix(".") if field == "extensions" else value for value in found]


def table(linguist: Path, field: str, constant: str) -> dict[str, list[str]]:
    """For each LSP id the names that only its languages have, and that nothing else states."""
    known = (*PROFILES.values(), *NAMES)
    stated = {v for p in known for v in getattr(p, _STATED.get(constant, "interpreters"))}
    if constant == "ALIASES":
        stated |= {p.id for p in known} | set(LSP_IDS.values())
    owners: dict[str, set[str | None]] = defaultdict(set)
    for name, facts in languages(linguist).items():
        for value in names(facts, name, field):
            owners[value].add(LSP_IDS.get(name))
    for language, more in _MORE.get(constant, {}).items():
        owners.update((value, {language}) for value in more.split())
    found: dict[str, list[str]] = defaultdict(list)
    for value, ids in sorted(owners.items()):
        preferred = PREFERRED.get(value) if constant == "EXTENSIONS" else None
        owner = preferred or (next(iter(ids)) if len(ids) == 1 else None)
        if owner and value not in stated | NOT_TAKEN and not re.search(r"\s", value):
            found[owner].append(value)
    return dict(sorted(found.items()))


def write(linguist: Path) -> None:
    """Rewrite the generated module."""
    lines = [
        '"""Names of languages that no profile states, from Linguist\'s languages.yml.',
        "",
        "Names of LSP ids in lower case, made by `tests/tools/language_names.py write LINGUIST`.",
        '"""',
    ]
    for constant, field in _FIELDS.items():
        lines += ["", f"{constant}: dict[str, str] = {{"]
        for language, found in table(linguist, field, constant).items():
            head = f'    "{language}": '
            if len(head) + len(" ".join(found)) + 3 <= 100:
                lines.append(f'{head}"{" ".join(found)}",')
                continue
            wrapped = textwrap.wrap(
                " ".join(found), 88, break_long_words=False, break_on_hyphens=False
            )
            lines.append(f'{head}"""')
            lines += [f"        {line}" for line in wrapped]
            lines.append('    """,')
        lines.append("}")
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


def samples(linguist: Path) -> Iterator[tuple[str, Path]]:
    """Each sample's language and path. Those in `filenames` are named as in a project."""
    for path in sorted((linguist / "samples").rglob("*")):
        if path.is_file():
            yield path.relative_to(linguist / "samples").parts[0], path


def measure(linguist: Path, verbose: bool) -> None:
    """Print how many samples are right, not named and wrong, in scope and outside it."""
    scope, outside = Counter[str](), Counter[str]()
    pairs = Counter[str]()
    for name, path in samples(linguist):
        text = path.read_bytes()[:MAX_BYTES].decode("utf-8", "replace")
        lines = text.split("\n")
        got = language_of(
            path.as_uri().replace(str(linguist), "/w"),
            None,
            lines[:N_FIRST_LINES],
            lines[-N_LAST_LINES:],
        )
        expected = LSP_IDS.get(name)
        accepted = {expected} | ALSO_RIGHT.get(name, set())
        if expected is None:
            ids = {p.id for p in (*PROFILES.values(), *NAMES)} | set(LSP_IDS.values())
            verdict = "wrong" if got in ids - {"plaintext"} else "not wrong"
            outside[verdict] += 1
        else:
            named_none = got is None or (got == "plaintext" and expected != "plaintext")
            verdict = "right" if got in accepted else "not named" if named_none else "wrong"
            scope[verdict] += 1
        if verdict in ("wrong", "not named"):
            where = "in scope" if expected else "outside"
            suffix = path.name[path.name.find(".") :] if "." in path.name else path.name
            pairs[f"{where}  {verdict:10} {name} → {got}  {suffix if verbose else ''}"] += 1
    n = scope.total()
    for verdict in ("right", "not named", "wrong"):
        print(f"in scope  {verdict:10}{scope[verdict]:6}  {scope[verdict] / n:6.1%}")
    print(f"outside   wrong     {outside['wrong']:6}  of {outside.total()}")
    if verbose:
        for pair, count in pairs.most_common():
            print(f"{count:4} {pair}")


def main() -> None:
    action, folder = sys.argv[1:3]
    linguist = Path(folder).resolve()
    if action == "write":
        write(linguist)
    else:
        measure(linguist, "-v" in sys.argv)


if __name__ == "__main__":
    main()
