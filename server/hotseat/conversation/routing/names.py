"""Names of languages in a question, and the everyday words that look like them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = {
    "python": r"python(?:\s?[23](?:\.\d+)*)?",
    "javascript": r"javascript|ecmascript|js|es(?:6|20\d\d)|node(?:\.?js)",
    "typescript": r"typescript",
    "kotlin": r"kotlin",
    "csharp": r"c#|c-sharp|csharp",
    "fsharp": r"f#|fsharp",
    "cpp": r"c\+\+(?:\d\d)?|cpp",
    "objective-c": r"objective-?c",
    "php": r"php(?:\s?\d(?:\.\d)?)?",
    "html": r"html5?",
    "css": r"css3?",
    "scss": r"scss",
    "sql": r"sql|plpgsql|t-sql",
    "shellscript": r"bash|zsh|shell\s?scripts?|posix sh|sh scripts?|fish shell|in (?:the )?shell",
    "powershell": r"powershell|pwsh",
    "dockerfile": r"dockerfiles?",
    "makefile": r"makefiles?|gnu make",
    "yaml": r"ya?ml",
    "toml": r"toml",
    "json": r"json",
    "xml": r"xml",
    "lua": r"lua|luajit",
    "scala": r"scala",
    "haskell": r"haskell",
    "erlang": r"erlang",
    "perl": r"perl",
    "clojure": r"clojure",
    "ocaml": r"ocaml",
    "terraform": r"terraform",
    "vue": r"vue(?:\.?js)?(?:\s?[23])?",
    "svelte": r"svelte",
    "graphql": r"graphql",
    "markdown": r"markdown",
    "latex": r"latex",
    "groovy": r"groovy",
    "jinja": r"jinja2?",
    "twig": r"twig",
    "nunjucks": r"nunjucks",
    "handlebars": r"handlebars",
    "liquid": r"(?:shopify )?liquid (?:tags?|filters?|templates?|syntax)|in liquid",
    "erb": r"erb",
    "blade": r"blade (?:templates?|components?|directives?|views?|layouts?)|in blade",
    "haml": r"haml",
    "astro": r"astro (?:components?|pages?|files?|islands?|layouts?)|in astro",
    "mdx": r"mdx",
    "sass": r"sass",
    "cmake": r"cmake|cmakelists",
    "nginx": r"nginx",
    "awk": r"g?awk",
    "jq": r"jq",
    "vim": r"vim ?script|viml",
    "proto": r"protobuf|proto3?",
    "prisma": r"prisma schema",
    "solidity": r"solidity",
    "fortran": r"fortran",
    "cobol": r"cobol",
    "matlab": r"matlab",
    "verilog": r"verilog",
    "vhdl": r"vhdl",
    "glsl": r"glsl",
    "hlsl": r"hlsl",
    "wgsl": r"wgsl",
    "gdscript": r"gdscript",
    "coffeescript": r"coffeescript",
    "purescript": r"purescript",
    "elm": r"elm (?:code|app|program|type|record|module)s?|in elm",
    "typst": r"typst",
    "mermaid": r"mermaid",
    "restructuredtext": r"restructuredtext|rst files?",
    "asciidoc": r"asciidoc",
}
_THING = (
    r"(?:code|programs?|functions?|methods?|structs?|modules?|packages?|files?|projects?|services?|"
    r"tests?|class(?:es)?|types?|version|compiler|scripts?|library|libraries|crate|gem|way|idiom|"
    r"syntax|server|app|application|client|developers?|interfaces?|channels?|routines?|slices?|"
    r"maps?|errors?|backend|side|plugin|binary|example|equivalent|macros?|traits?|enums?|header|"
    r"toolchain|handler|solution|part|object|array)"
)
_BEFORE = r"(?:in|using|our|my|idiomatic|plain|pure|modern|write|learn)"
_END = r"(?=\s*(?:[?.,:;!)]|$)|'s\b| (?:or|and|vs|versus|than|instead|with|to)\b)"


def _everyday(name: str, *, versions: str = "", never: str = "") -> str:
    """Return a pattern for a name that is an everyday word, too.

    It counts where it is written as a name: with a capital inside a sentence, in backticks, before
    what has a language ("rust code"), or after "in", "using" and the like at the end of a clause.
    """
    capital = name.capitalize()
    no = rf"(?!{never})" if never else ""
    return (
        rf"(?<![\w.'/-]){capital}{versions}\b(?![-\w]){no}|`{name}`"
        rf"|\b{name}{versions} {_THING}\b|\b{_BEFORE} {name}{versions}\b(?!-){_END}"
    )


_CASED = {
    "go": r"\bgolang\b|\bGolang\b|`go`|\bGo \d\.\d+|\bgo \d\.\d+"
    rf"|(?<![\w.-])Go(?='s\b| {_THING}\b|\s*[?.,:;!)]|$| (?:and|or|do|does|is|vs|instead)\b)"
    r"|\b[Ii]n [Gg]o\b(?! (?:with|through|back|on|to)\b)"
    r"|(?<=[a-z,] )(?<!let's )Go\b(?! (?:through|back|ahead|on|to)\b)"
    r"|\bgo (?:code|program|struct|module|routine|package|vet|mod|run|fmt|interface|channel"
    r"|slice|compiler|toolchain)s?\b|\b(?:using|with|write|our|my) Go\b",
    "rust": _everyday("rust"),
    "ruby": _everyday("ruby", versions=r"(?: \d(?:\.\d+)?)?", never=" red| Tuesday| slippers"),
    "java": _everyday("java", versions=r"(?: ?\d+)?", never=" ?[Ss]cript| beans| coffee"),
    "swift": _everyday("swift", versions=r"(?: ?\d(?:\.\d+)?)?", never=" reply| action| codes?\\b"),
    "dart": _everyday("dart", never=" board"),
    "julia": rf"\b(?:in|using|with) Julia\b|\bJulia {_THING}\b|`julia`",
    "zig": _everyday("zig", never="-?zag"),
    "elixir": _everyday("elixir"),
    "nix": r"\bNixOS\b|\bNix (?:flake|expression|derivation|package|shell)s?\b|\bin Nix\b",
    "c": rf"(?<![\w.'/-])C(?:89|99|11|17|23)?(?= {_THING}\b|\s*[?,:;!)]|\.(?:\s|$)|$|'s\b"
    r"| or C\+\+| and C\+\+)(?![+#])|\bc(?:89|99|11|17|23)\b|`c`"
    r"|\b(?:in|plain|pure|ANSI|standard|portable|from|a) C(?:89|99|11|17|23)?\b(?![+#]|-sharp|\w)",
    "r": r"\b[Ii]n R\b(?!\w|&)|\bR (?:script|package|code|function|markdown)\b|\bRStudio\b|`r`",
}
_PATTERNS = (
    *(
        (language, re.compile(rf"(?<![\w.#-])(?:{pattern})(?![\w+#-])", re.IGNORECASE))
        for language, pattern in _NAMES.items()
    ),
    *((language, re.compile(pattern)) for language, pattern in _CASED.items()),
)
_PARTS = {
    "javascript": ("script", "js", "es6", "es20"),
    "csharp": ("c#", "sharp"),
    "fsharp": ("f#", "sharp"),
    "cpp": ("c++", "cpp"),
    "objective-c": ("objective",),
    "shellscript": ("bash", "zsh", "sh"),
    "powershell": ("powershell", "pwsh"),
    "makefile": ("makefile", "gnu make"),
    "yaml": ("yaml", "yml"),
    "proto": ("proto",),
    "restructuredtext": ("restructured", "rst"),
}
"""Without one of these a question does not name the language: most patterns need not be tried."""
_MAX_BEFORE = 60
_COMPARED = re.compile(
    r"\b(?:unlike(?: in)?|(?:come|came|coming|moved?|moving|switch(?:ed|ing)?) from"
    r"|compared (?:to|with)|in contrast to|as opposed to|background in|years of|never(?: in)?"
    r"|(?:know|used to|familiar with)(?: (?:it|this|that))?(?: from| in)?|than(?: in)?|no|without"
    r"|(?<!the )(?<!do )(?:same|like|just|similar|equivalent|as)(?: as| to| of)?(?: in| with)?"
    r"|not(?: in| with)?"
    r"|(?:having|have|had) (?:used|written|done|learned)|port(?:ed)? (?:this |it )?from"
    r"|translate (?:this |it )?from|(?:rather than|instead of)(?: in)?|nothing to do with|not about"
    r"|(?:don't|do not) (?:give|show|want|use|need|write)(?: me)?)\s+"
    r"(?:(?:the|a|an|any|plain|old|my|our|your)\s+){0,2}$",
    re.IGNORECASE,
)
_IN_OTHER = re.compile(r"\bin\s+$", re.IGNORECASE)
_WOULD = re.compile(
    r",?\s+(?:it|this|that|there|i|you|we|one|these|they)(?:'d|\s+(?:would|was|were|could|can|is|"
    r"are|had|have|has|just|simply|use|used|write|wrote|do|did|get|call))\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[:;.?!](?:\s|$)|,|\s[-–—]\s|\b(?:how|why|what|which|where|when|does|do|can|should)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:,|/|or|and|nor)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A language that a question names."""

    language: str
    start: int
    end: int
    is_compared: bool = False
    """It is what the question compares with, or does not want: "unlike Kotlin", "no Perl"."""


def find_names(question: str) -> list[Name]:
    """Return the languages that the question names, each where it is first asked for, in order.

    "go through this list" and "a ruby-red theme" name none.
    """
    lower = question.lower()
    every = sorted(
        (
            Name(language, match.start(), match.end())
            for language, pattern in _PATTERNS
            if any(part in lower for part in _PARTS.get(language, (language,)))
            for match in pattern.finditer(question)
        ),
        key=lambda name: (name.start, -name.end),
    )
    every = [one for i, one in enumerate(every) if not i or one.start >= every[i - 1].end]
    first: dict[str, Name] = {}
    last: Name | None = None
    for i, one in enumerate(every):
        before = question[max(0, one.start - _MAX_BEFORE) : one.start]
        joined = (
            last is not None
            and last.is_compared
            and _JOINED.fullmatch(question[last.end : one.start]) is not None
        )
        elsewhere = any(other.language != one.language for other in every[i + 1 :])
        is_compared = (
            joined
            or _COMPARED.search(before) is not None
            or (
                elsewhere
                and _IN_OTHER.search(before) is not None
                and _WOULD.match(question, one.end) is not None
            )
        )
        last = Name(one.language, one.start, one.end, is_compared)
        known = first.get(one.language)
        if known is None or (known.is_compared and not is_compared):
            first[one.language] = last
    return sorted(first.values(), key=lambda name: name.start)


def without_comparisons(question: str, names: list[Name]) -> str:
    """Return the question without the clauses about languages that it only compares with."""
    text = question
    for i, name in reversed(list(enumerate(names))):
        if not name.is_compared:
            continue
        found = _CLAUSE_END.search(text, name.end)
        end = found.start() if found is not None else len(text)
        later = [other.start for other in names[i + 1 :] if not other.is_compared]
        text = (
            text[: name.start]
            + " " * (min([end, *later]) - name.start)
            + text[min([end, *later]) :]
        )
    return text
