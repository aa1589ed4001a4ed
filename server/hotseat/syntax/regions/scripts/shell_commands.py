"""The language that a shell command takes: as an argument, or as its input.

Owns the programs, their options, and the names that people give to heredocs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.languages.detect import language_of_name, normalise
from hotseat.languages.tables import KNOWN
from hotseat.syntax.regions.shells import language_of_command

_WORD = r"(?:[^\s\"'\\|&;()`<>]|\\.|'[^']*'|\"(?:[^\"\\]|\\.)*\")+"
_TOKEN = re.compile(
    rf"(?P<redirect>\d?>>?|<<<|<)[ \t]*(?P<target>{_WORD})|(?P<word>{_WORD})|(?P<end>\S)", re.S
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_VERSION = re.compile(r"\d[\d.]*\Z")
_VERSIONED_WORDS = "lua perl php python ruby"
_VERSIONED = tuple(_VERSIONED_WORDS.split())
_KEYWORDS = frozenset({"!", "do", "elif", "else", "if", "then", "time", "until", "while", "{"})
_WRAPPERS = frozenset({"command", "env", "exec", "nice", "nohup", "sudo"})
_WRAPPERS_VALUES = frozenset({"-u", "-g", "-n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A simple command as far as it is written."""

    program: str
    words: tuple[str, ...]
    """After the program, without redirections."""
    target: str
    """Of a redirection `>`."""
    prefix: str
    """What is written of the word that goes on after the text."""

    @classmethod
    def read(cls, text: str) -> Command:
        """The last command of `text`."""
        words: list[str] = []
        target, ends_in_word = "", False
        text = text.replace("\\\n", " ")
        for token in _TOKEN.finditer(text):
            ends_in_word = token["word"] is not None and token.end() == len(text)
            if token["end"]:
                words, target = [], ""
            elif token["redirect"]:
                target = token["target"] if ">" in token["redirect"] else target
            elif words or ends_in_word or not _is_before_program(token["word"]):
                words.append(token["word"])
        prefix = words.pop() if ends_in_word and words else ""
        while words and (words[0] in _WRAPPERS or _ASSIGNMENT.match(words[0])):
            words = words[1:]
            while words and words[0].startswith("-"):
                words = words[2:] if words[0] in _WRAPPERS_VALUES else words[1:]
        program = re.split(r"[/\\]", words[0].strip("\"'"))[-1].lower() if words else ""
        program = _VERSION.sub("", program) if program.startswith(_VERSIONED) else program
        return cls(program=program, words=tuple(words[1:]), target=target, prefix=prefix)


def _is_before_program(word: str) -> bool:
    return word in _KEYWORDS or _ASSIGNMENT.match(word) is not None


_SQL = "sql"
_EVALUATE_LINES = r"""
clickhouse-client -q|--query sql
deno eval javascript
elixir -e|--eval elixir
groovy -e groovy
julia -\w*[eE]|--eval julia
lua -e lua
mariadb -\w*e|--execute sql
mysql -\w*e|--execute sql
node -\w*[ep]|--eval|--print javascript
perl -\w*[eE] perl
php -r php
powershell (?i:-c|-command) powershell
psql -\w*c|--command sql
pwsh (?i:-c|-command) powershell
python -\w*c python
rscript -e r
ruby -\w*e ruby
sqlcmd -[qQ] sql
"""
_EVALUATE: dict[str, tuple[str, str]] = {
    program: (options, language)
    for program, options, language in map(str.split, _EVALUATE_LINES.strip().split("\n"))
}
"""Options after which a script follows, and its language."""
_POSITIONAL: dict[str, tuple[str, dict[str, int], int]] = {
    **dict.fromkeys(
        ("awk", "gawk", "mawk", "nawk"), ("awk", {"-F": 1, "-v": 1, "-f": 9, "--assign": 1}, 0)
    ),
    **dict.fromkeys(
        ("jq", "gojq", "jaq"),
        (
            "jq",
            {"--arg": 2, "--argjson": 2, "--slurpfile": 2, "--rawfile": 2, "--indent": 1}
            | {"-f": 9, "--from-file": 9, "-L": 1},
            0,
        ),
    ),
    "sqlite3": (_SQL, {"-cmd": 1, "-separator": 1, "-init": 1}, 1),
}
"""Language, options with the number of their values, and which positional argument it is."""
_READS: dict[str, str] = {
    "clickhouse-client": _SQL,
    "dot": "dot",
    "gnuplot": "gnuplot",
    "mariadb": _SQL,
    "mysql": _SQL,
    "mongosh": "javascript",
    "psql": _SQL,
    "rscript": "r",
    "sqlcmd": _SQL,
    "sqlite3": _SQL,
    "sqlplus": _SQL,
}
_SHELLS = frozenset({"bash", "sh", "ssh"})
_RUNS_INPUT = frozenset({"node", *_VERSIONED}) | _SHELLS
_WRITES = frozenset({"", "cat", "tee"})
_JSON_OPTION = re.compile(r"-d|--data(?:-raw|-binary|-ascii)?|--json|-p|--patch")
_JSON = re.compile(r"\s*(?:\{\s*\\?\"[\w$.@-]*\\?\"\s*:|\[\s*\{\s*\\?\"|\{\s*\})")

_NAME = re.compile(
    r"(?:EO|END_?OF_?|END_)?(?P<name>[A-Z][A-Z+#]*?)"
    r"(?:_?(?:EOF|SCRIPT|END|CODE|FILE|DOC|HEREDOC|CONTENT|INPUT))?"
)
_NAMES_WORDS = """
AWK BASH CPP CSS DOCKERFILE GRAPHQL HCL HTML INI JAVA JAVASCRIPT JQ JS JSON LUA MAKEFILE MARKDOWN MD
NIX PERL PHP PLPGSQL POWERSHELL PSQL PY PYTHON PYTHON3 RB RUBY RUST SCSS SH SHELL SQL SVG TERRAFORM
TOML TS TYPESCRIPT XML YAML YML
"""
_NAMES = frozenset(_NAMES_WORDS.split())


def language_of_name_of_heredoc(name: str) -> str | None:
    """`SQL`, `EOSQL`, `PYTHON_SCRIPT`; None for a delimiter that names no language."""
    upper = name.upper()
    found = _NAME.fullmatch(upper)
    for candidate in (upper, found["name"] if found else ""):
        if candidate in _NAMES:
            named = normalise(candidate)
            return named if named in KNOWN else None
    return None


def language_of_heredoc(command: Command, rest: str, name: str, first_line: str) -> str | None:
    """`rest`: what follows the delimiter in its line. None for the shell itself."""
    if first_line.startswith("#!"):
        inner = language_of_command(first_line[2:])
    else:
        inner = _by_command(command, rest) or language_of_name_of_heredoc(name)
    return None if inner == "shellscript" else inner


def _by_command(command: Command, rest: str) -> str | None:
    _, pipe, piped = rest.partition("|")
    if pipe and not piped.startswith("|"):
        command = Command.read(piped.strip() + " ")
    program = command.program
    if program in _WRITES:
        target = command.target or Command.read(f"{program} {rest} ").target
        if program == "tee":
            target = next((word for word in command.words if not word.startswith("-")), target)
        return language_of_name(target.strip("\"'")) if target else None
    if program in ("kubectl", "oc") and "-f" in command.words:
        return "yaml"
    if program == "docker" and "build" in command.words:
        return "dockerfile"
    if program in _RUNS_INPUT:
        # With a script's name the input is data.
        has_script = any(not word.startswith("-") for word in command.words)
        if has_script and program not in _SHELLS:
            return None
        return "shellscript" if program == "ssh" else language_of_command(program)
    return _READS.get(program)


def language_of_argument(command: Command, quote: str, content: str) -> str | None:
    """What the argument holds that begins with `quote`; None for nothing in particular."""
    prefix, words = command.prefix, command.words
    if prefix and prefix[-1] in "\"'" and not prefix.startswith(quote):
        return None  # `'…'"$name"'…'`
    program = command.program
    option = words[-1] if words else ""
    attached = re.fullmatch(r"(-[\w-]*)=?", prefix)
    if attached and prefix:
        option = attached.group(1)
    elif prefix and prefix[0] not in "\"'":
        return None
    if program in _EVALUATE:
        options, language = _EVALUATE[program]
        if re.fullmatch(options, option):
            return language
    if program in _POSITIONAL and not attached:
        language, with_values, wanted = _POSITIONAL[program]
        if _n_positional(words, with_values) == wanted:
            return language
    if _JSON_OPTION.fullmatch(option) and _JSON.match(content):
        return "json"
    return None


def _n_positional(words: tuple[str, ...], with_values: dict[str, int]) -> int:
    """How many arguments that are no options stand in `words`; -1 before an option's value."""
    n, i = 0, 0
    while i < len(words):
        if words[i].startswith("-") and words[i] != "-":
            i += 1 + with_values.get(words[i], 0)
        else:
            n, i = n + 1, i + 1
    return n if i == len(words) else -1
