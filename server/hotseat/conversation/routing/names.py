"""Names of languages in a question, and the everyday words that look like them."""

from __future__ import annotations

import re

_NAMES = (
    ("python", r"python(?:\s?[23](?:\.\d+)*)?"),
    ("javascript", r"javascript|ecmascript|\bjs\b|\bes(?:6|20\d\d)\b|node(?:\.?js)\b"),
    ("typescript", r"typescript"),
    ("rust", r"rust"),
    ("java", r"java(?:\s?\d+)?"),
    ("kotlin", r"kotlin"),
    ("csharp", r"c#|c-sharp|csharp"),
    ("fsharp", r"f#|fsharp"),
    ("cpp", r"c\+\+(?:\d\d)?|cpp"),
    ("objective-c", r"objective-?c"),
    ("php", r"php(?:\s?\d(?:\.\d)?)?"),
    ("ruby", r"ruby"),
    ("html", r"html5?"),
    ("css", r"css3?"),
    ("scss", r"scss"),
    ("less", r"less\.js|lesscss"),
    ("sql", r"sql|plpgsql|t-sql"),
    ("shellscript", r"bash|zsh|shell\s?script|posix sh"),
    ("powershell", r"powershell|pwsh"),
    ("dockerfile", r"dockerfiles?"),
    ("makefile", r"makefiles?|gnu make"),
    ("yaml", r"ya?ml"),
    ("toml", r"toml"),
    ("json", r"json"),
    ("xml", r"xml"),
    ("lua", r"lua"),
    ("scala", r"scala"),
    ("haskell", r"haskell"),
    ("elixir", r"elixir"),
    ("erlang", r"erlang"),
    ("perl", r"perl"),
    ("clojure", r"clojure"),
    ("ocaml", r"ocaml"),
    ("zig", r"zig"),
    ("nix", r"nix(?:os)?"),
    ("terraform", r"terraform"),
    ("vue", r"vue(?:\.?js)?"),
    ("svelte", r"svelte"),
    ("graphql", r"graphql"),
    ("markdown", r"markdown"),
    ("latex", r"latex"),
    ("groovy", r"groovy"),
    ("julia", r"julia"),
)
_PLAIN = tuple(
    (language, re.compile(rf"(?<![\w.#-])(?:{pattern})(?![\w+#-])", re.IGNORECASE))
    for language, pattern in _NAMES
    if language not in ("rust", "ruby", "java", "swift", "lua", "julia", "nix", "zig", "elixir")
)
# Words of everyday language, or of other things: they count where they are written as a name.
_IN = r"(?:in|with|for|of|to|from|into|using|our|my|the|a|some|idiomatic|plain|pure|modern|any|is|than|like|and|or|vs\.?|,|/)"
_THING = (
    r"(?:code|program|function|method|struct|module|package|file|project|service|test|tests|class|type|"
    r"version|compiler|script|library|crate|gem|way|idiom|syntax|server|app|application|client|developer|"
    r"interface|channel|routine|slice|map|error|errors|backend|side|plugin|binary|example|equivalent|macro|trait|enum)"
)
_NAMED = {
    "go": re.compile(
        rf"(?<![\w.-])Go(?:\s?1\.\d+)?(?='s\b|\s{_THING}\b|[?.,:;!)]|$)"
        rf"|\b[Ii]n [Gg]o\b(?!\s(?:with|through|back|on|to)\b)"
        rf"|(?<=[a-z,] )(?<!let's )Go\b(?!\s(?:through|back|ahead|on|to)\b)"
        r"|\bgolang\b|\bgo (?:code|program|struct|module|routine|package|file|test|vet|mod|build|run|fmt|interface|channel|slice|compiler|toolchain)\b"
        r"|`go`|\bgo 1\.\d+|\b(?:using|with|write|our|my) [Gg]o\b(?=[?.,:;!)]|$| \w+s?\b)"
    ),
    "rust": re.compile(
        rf"(?<![\w.-])Rust(?!y|ed|-)\b|\b(?:in|for|with|using|idiomatic|our|my|safe|async|unsafe) rust\b(?!-)"
        rf"|\brust {_THING}\b|`rust`"
    ),
    "ruby": re.compile(
        rf"(?<![\w.-])Ruby(?!-)\b(?!\s(?:red|Tuesday))|\b(?:in|for|with|using|idiomatic|our|my|plain) ruby\b(?!-)"
        rf"|\bruby {_THING}\b|`ruby`|\bruby \d"
    ),
    "java": re.compile(
        r"(?<![\w.-])Java(?:\s?\d+)?\b(?!\s?[Ss]cript|-script| beans| coffee)"
        rf"|\b(?:in|for|with|using|our|my|plain) java\b|\bjava(?:\s?\d+| {_THING})\b|`java`"
    ),
    "swift": re.compile(
        rf"(?<![\w.-])Swift(?:\s?\d+(?:\.\d+)?)?\b(?!\s(?:reply|action|codes?\b))|\b(?:in|using|our|my) swift\b(?=[?.,:;!)]|$)"
        rf"|\bswift {_THING}\b|`swift`|\bSwiftUI\b"
    ),
    "c": re.compile(
        rf"(?<![\w.'/-])C(?:89|99|11|17|23)?(?=\s{_THING}\b|[?,:;!)]|\.(?:\s|$)|$|'s\b| or C\+\+| and C\+\+)(?![+#])"
        r"|\b(?:in|plain|pure|ANSI|standard|portable) C(?:89|99|11|17|23)?\b(?![+#]|-sharp|\w)|`c`|\bc(?:89|99|11|17|23)\b"
    ),
    "r": re.compile(
        r"\b[Ii]n R\b(?!\w|&)|\bR (?:script|package|code|function|markdown)\b|\bRStudio\b|`r`"
    ),
    "dart": re.compile(
        rf"(?<![\w.-])Dart\b(?!\sboard)|\b(?:in|using) dart\b|\bdart {_THING}\b|`dart`"
    ),
    "lua": re.compile(r"\b[Ll]ua\b|\bLuaJIT\b"),
    "julia": re.compile(rf"\b(?:in|using|with) Julia\b|\bJulia {_THING}\b|`julia`"),
    "nix": re.compile(
        r"\bNixOS\b|\bNix (?:flake|expression|derivation|package|shell)s?\b|\bin Nix\b|\bflake\.nix\b"
    ),
    "zig": re.compile(rf"(?<![\w-])Zig\b(?!-?zag)|\bin zig\b|\bzig {_THING}\b"),
    "elixir": re.compile(rf"(?<![\w-])Elixir\b|\bin elixir\b|\belixir {_THING}\b"),
    "shellscript": re.compile(
        r"\bshell scripts?\b|\bin (?:the )?shell\b|\bsh script\b|\bfish shell\b"
    ),
}
_PATTERNS = (*_PLAIN, *_NAMED.items())


def named_languages(question: str) -> list[tuple[str, int]]:
    """Return the languages that the question names and where each is named first, in that order.

    "go through this list" and "a ruby-red theme" name none.
    """
    found: dict[str, int] = {}
    for language, pattern in _PATTERNS:
        match = pattern.search(question)
        if match is not None:
            found[language] = min(match.start(), found.get(language, match.start()))
    return sorted(found.items(), key=lambda one: one[1])
