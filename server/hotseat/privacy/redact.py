"""Secrets inside a text, made unreadable before a model sees them.

Owns what is taken for a secret: formats that issuers publish, what is assigned to a name such as
`password`, and strings that look drawn at random. What is harmless stays: hashes in hexadecimal
(commits, checksums), UUIDs, hashes that say what they are (`sha512-…`, `h1:…`), names, paths.

Linear in the text, whatever it holds: every pattern begins at a literal or at the beginning of a
run, and is bounded. Masking is stable (the same secret in the same text is masked alike, and
nothing beside it) and never makes a text longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hotseat.privacy.entropy import (
    MIN_RANDOM_CHARS,
    SAMPLE_CHARS,
    encodes_text,
    looks_random,
)

MASK = "********"
"""Written instead of a secret, cut to the length of a shorter one."""
_MAX_KEY_CHARS = 20_000
_SHOWN = re.compile(r"[^\r\n]")

Span = tuple[int, int]


def mask(text: str) -> str:
    """Return the text with its secrets masked."""
    return _written(text, secret_spans(text))


def blank(text: str) -> str:
    """Return the text with its secrets masked at the same length and lines: positions stay
    valid."""
    parts, done = [], 0
    for start, end in secret_spans(text):
        parts += [text[done:start], _SHOWN.sub("*", text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def mask_prefix(text: str) -> str:
    """Mask text that ends at the cursor, except for what touches its end: that is being typed."""
    line = text.rfind("\n") + 1
    if _KEY_MARK in text:
        return _masked_prefix(text)
    # No other secret goes on over the end of a line, and what is above stays the same while a line
    # is typed.
    return _masked_above(text[:line]) + _masked_prefix(text[line:])


def _masked_prefix(text: str) -> str:
    spans = []
    for start, end in secret_spans(text):
        if end >= len(text):
            end = text.rfind("\n", start, end)  # of a key in many lines only the last one stays
        if end > start:
            spans.append((start, end))
    return _written(text, spans)


@lru_cache(maxsize=8)
def _masked_above(text: str) -> str:
    return mask(text)


@lru_cache(maxsize=8)
def mask_suffix(text: str) -> str:
    """Mask text that begins at the cursor, except for what touches its beginning."""
    return _written(text, [(start, end) for start, end in secret_spans(text) if start > 0])


def secret_spans(text: str) -> list[Span]:
    """Return the spans of the secrets, in order and disjoint."""
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two characters
        lower = text.translate(_LOWER)
    long_runs = _long_runs(text)
    found = [
        *_private_keys(text),
        *_known(text, long_runs),
        *_in_urls(text),
        *_assigned(text, lower),
        *_authorized(text, lower),
        *_random(text, long_runs),
    ]
    if not found:
        return found
    found.sort()
    spans = [found[0]]
    for start, end in found[1:]:
        if start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def has_known_secret(text: str) -> bool:
    """Return whether the text holds the beginning of a private key, or a token in a format that an
    issuer publishes.

    For code that leaves out whole files: what is only assigned to a name such as `password`, or
    looks random, does not count.
    """
    return _KEY_BEGIN.search(text) is not None or any(_known(text, _long_runs(text)))


def _written(text: str, spans: list[Span]) -> str:
    if not spans:
        return text
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], MASK[: end - start]]
        done = end
    return "".join([*parts, text[done:]])


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_RUN_CHARS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_.-")
_RUNS_ONLY = bytes(byte if byte in _RUN_CHARS else ord(" ") for byte in range(256))
_MIN_KNOWN_CHARS = 14


def _long_runs(text: str) -> list[bytes]:
    """Return what may be a token at all: most text has little of it, and closer checks are slow."""
    runs = text.encode("utf-8", "surrogatepass").translate(_RUNS_ONLY).split()
    return [run for run in runs if len(run) >= _MIN_KNOWN_CHARS]


# --- keys --------------------------------------------------------------------------------------

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_TEXT = re.compile(r"""[A-Za-z0-9+/=:,;.\\"'`\s-]*+""")
"""The text of a key in a file, or in a string of a program, with its line continuations."""
_MIN_KEY_CHARS = 40
_KEY_MARK = "PRIVATE KEY"


def _private_keys(text: str) -> Iterator[Span]:
    if _KEY_MARK not in text:
        return
    done = 0
    for begin in _KEY_BEGIN.finditer(text):
        start = begin.end()
        if start < done:
            continue
        match = _KEY_TEXT.match(text, start, start + _MAX_KEY_CHARS)
        done = start if match is None else match.end()
        end = text.find("-----END", start, done)
        if end < 0:  # it is cut off: the words that follow are not of it
            end = text.find("\n\n", start, done)
        end = done if end < 0 else end
        if end - start >= _MIN_KEY_CHARS:
            yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without white space at its ends, so that line breaks stay."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- formats that issuers publish --------------------------------------------------------------

_KNOWN: tuple[tuple[bytes, re.Pattern[str]], ...] = tuple(
    (literal.encode(), re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})"))
    for literal, pattern in (
        ("AKIA", r"AKIA[A-Z0-9]{16}(?![A-Za-z0-9])"),  # Amazon
        ("ASIA", r"ASIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
        ("ghp_", r"ghp_[A-Za-z0-9]{36,255}"),  # GitHub
        ("gho_", r"gho_[A-Za-z0-9]{36,255}"),
        ("ghu_", r"ghu_[A-Za-z0-9]{36,255}"),
        ("ghs_", r"ghs_[A-Za-z0-9]{36,255}"),
        ("ghr_", r"ghr_[A-Za-z0-9]{36,255}"),
        ("github_pat_", r"github_pat_[A-Za-z0-9_]{22,255}"),
        ("glpat-", r"glpat-[\w-]{20,255}"),  # GitLab
        ("xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,255}"),  # Slack
        ("xapp-", r"xapp-\d-[A-Za-z0-9-]{10,255}"),
        ("hooks.slack.com/", r"(?<=hooks\.slack\.com/services/)[\w/]{20,100}"),
        ("AIza", r"AIza[\w-]{35}"),  # Google
        ("ya29.", r"ya29\.[\w-]{20,500}"),
        ("GOCSPX-", r"GOCSPX-[\w-]{20,60}"),
        ("eyJ", r"(?<![\w-])eyJ[\w-]{8,4096}\.[\w-]{8,8192}(?:\.[\w-]{0,4096})?"),  # JWT
        ("_live_", r"[spr]k_live_[A-Za-z0-9]{10,255}"),  # Stripe
        ("_test_", r"[spr]k_test_[A-Za-z0-9]{10,255}"),
        ("whsec_", r"whsec_[A-Za-z0-9+/=]{16,255}"),
        ("SG.", r"SG\.[\w-]{16,64}\.[\w-]{16,64}"),  # SendGrid
        ("sk-ant-", r"sk-ant-[\w-]{20,255}"),  # Anthropic
        ("sk-proj-", r"sk-proj-[\w-]{20,255}"),  # OpenAI
        ("sk-", r"sk-[A-Za-z0-9]{32,255}"),
        ("npm_", r"npm_[A-Za-z0-9]{36}"),
        ("pypi-AgEI", r"pypi-AgEI[\w-]{50,500}"),
        ("hf_", r"hf_[A-Za-z0-9]{30,60}"),  # Hugging Face
        ("dckr_pat_", r"dckr_pat_[\w-]{20,100}"),  # Docker
        ("dop_v1_", r"dop_v1_[a-f0-9]{64}"),  # DigitalOcean
        ("shpat_", r"shpat_[a-fA-F0-9]{32}"),  # Shopify
        ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    )
)


def _known(text: str, long_runs: list[bytes]) -> Iterator[Span]:
    runs = b" ".join(long_runs)
    for literal, pattern in _KNOWN:
        if literal in runs:
            for match in pattern.finditer(text):
                yield match.span()


# --- by what stands before them ----------------------------------------------------------------

_URL = re.compile(r"""://[^\s/:@"'`<>]{0,64}:([^\s/@"'`<>]{1,256})@""")
_BEARER = re.compile(r"[ \t]{1,4}([A-Za-z0-9._~+/-]{12,512}+={0,2})")
_DIGIT = re.compile(r"\d")
_PLACEHOLDERS = frozenset(
    {"pass", "passwd", "password", "pwd", "string", "number", "boolean", "object", "undefined"}
    | {"none", "null", "true", "false", "text", "hidden", "required", "optional"}
)
"""Placeholders in documentation and type checks."""


def _in_urls(text: str) -> Iterator[Span]:
    if "://" in text:
        for match in _URL.finditer(text):
            if not _is_filled_in(match[1]):
                yield match.span(1)


def _authorized(text: str, lower: str) -> Iterator[Span]:
    """Yield the tokens of `Authorization: Bearer …`."""
    for word in ("bearer", "basic"):
        for at in _places(lower, word):
            match = _BEARER.match(text, at + len(word))
            if match is not None and _DIGIT.search(match[1]):
                yield match.span(1)


def _is_filled_in(value: str) -> bool:
    """Return whether it is a placeholder for a secret: `${PASSWORD}`, `%s`, `<token>`."""
    return (
        value.lower() in _PLACEHOLDERS
        or value[0] in "$%{<*#"
        or any(mark in value for mark in ("${", "{{", "#{", "%s", "$("))
    )


_STRONG = ("passw", "passphrase", "pwd", "secret")
"""Whatever is assigned to such a name is a secret, unless it is plainly something else."""
_WEAK = ("token", "apikey", "api_key", "api-key", "access_key", "accesskey", "private_key")
"""Such names have many meanings: only a value that looks random is a secret."""
_ASSIGNED = re.compile(
    r"""
    ([\w.-]{0,40}+)                                 # the rest of the name
    ["'`\])]{0,3}+ [ \t]{0,8}+
    (   :[ \t]{0,4}[&\w.\[\]<>?|]{1,40}[ \t]{0,4}=  # password: str =
      | [\w.*\[\]]{1,24}[ \t]{1,4}=                 # password string =
      | := | => | ={1,3} | !={1,2} | :
    )
    ([ \t]{0,8}+)
    (?: [A-Za-z@]{0,2}
        (?: "((?:[^"\\\n]|\\.){1,512}+)" | '((?:[^'\\\n]|\\.){1,512}+)' | `([^`\n]{1,512}+)` )
      | ([^\s"'`]{6,512}+)(?=[ \t]*(?:\#.*)?(?:\r?\n|\Z))
    )
    """,
    re.VERBOSE,
)
_LINE_HEAD = re.compile(r"[ \t]*(?:-[ \t]+)?(?:(?:export|ENV|ARG|set)[ \t]+)?[\w.-]*[\"']?")
_NOT_ONE = re.compile(
    r"name|type|ur[il]|field|label|holder|path|file|header|hint|err|mess|msg|len|regex|pattern|iz"
    r"|count|kind|param|title|text|policy|expir|ttl|provider|store|form|input|page|view|route"
    r"|class|strength|reset|change|forgot|requir|enable|mode|prefix|suffix|column|attr|manager"
    r"|service|rule|help|desc|endpoint|alg|scheme|method|dialog|modal|icon|visib|show|toggle"
    r"|valid|encod|hasher|generat|min|max|ref|cookie|event|stat|button|link|option|categor|scope"
    r"|source|role|group|format|version|lifetime|length|size|index|limit|color|style"
)
"""In the rest of a name: the value describes a secret (`passwordField`, `token_type`)."""
_CODE_CHARS = frozenset("()[]{}<>$;,|")
_WORD = re.compile(r"[A-Za-z_.:|-]+")


def _assigned(text: str, lower: str) -> Iterator[Span]:
    for words, is_strong in ((_STRONG, True), (_WEAK, False)):
        for word in words:
            for at in _places(lower, word):
                match = _ASSIGNED.match(text, at + len(word))
                if match is None or _NOT_ONE.search(lower, match.start(1), match.end(1)):
                    continue
                group = next(i for i in (4, 5, 6, 7) if match[i] is not None)
                if group == 7:
                    is_one = _is_bare_secret(text, at, match, word)
                else:
                    is_one = _is_secret_value(match[group], match[2], word, strong=is_strong)
                if is_one:
                    yield match.span(group)


def _is_secret_value(value: str, separator: str, word: str, *, strong: bool) -> bool:
    """Return whether a literal in quotes is a secret."""
    if _is_filled_in(value) or value[0] in "/.~" or "://" in value:
        return False
    if any(map(str.isspace, value)):
        return False
    n_digits = len(_DIGIT.findall(value))
    if not strong:
        return len(value) >= 10 and n_digits >= 2 and n_digits < len(value)
    if len(value) < 4 or len(set(value)) == 1 or (word in value.lower() and not n_digits):
        return False
    if n_digits or not _WORD.fullmatch(value):
        return value.isascii()
    # Only letters: `password = "swordfish"`, but not `{"password": "Passwort"}`.
    return separator[-1] == "=" and value.isalpha()


def _is_bare_secret(text: str, at: int, match: re.Match[str], word: str) -> bool:
    """Return whether a value without quotes, on a line of its own, is a secret: `PASSWORD=…`,
    `password: …`."""
    line_start = text.rfind("\n", max(0, at - 80), at) + 1
    if (line_start == 0 and at > 80) or not _LINE_HEAD.fullmatch(text, line_start, at):
        return False
    separator, spaces, value = match[2], match[3], match[7]
    if separator not in ("=", ":") or (separator == "=") != (spaces == ""):
        return False
    if _is_filled_in(value) or not _CODE_CHARS.isdisjoint(value) or value[0] in "/.~&":
        return False
    if "://" in value or value.lower().startswith(word):
        return False
    return bool(_DIGIT.search(value)) and not value.isdigit() and not _is_path(value)


def _is_path(value: str) -> bool:
    return "." in value and all(part.isidentifier() for part in value.split("."))


def _places(lower: str, word: str) -> Iterator[int]:
    at = lower.find(word)
    while at >= 0:
        yield at
        at = lower.find(word, at + len(word))


# --- drawn at random ---------------------------------------------------------------------------

_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}+={0,2}")
_FOLDERS = re.compile(r"/?(?:[a-z]{3,20}/)+")
_HASH_COMES = ("sha1:", "sha256:", "sha384:", "sha512:", "md5:", "h1:")
_SELF_DESCRIBING = re.compile(r"(?:sha(?:1|256|384|512)|md5|integrity)[-_]", re.IGNORECASE)


def _random(text: str, long_runs: list[bytes]) -> Iterator[Span]:
    if not any(len(part) >= MIN_RANDOM_CHARS for run in long_runs for part in run.split(b".")):
        return
    for match in _RUN.finditer(text):
        start = match.start()
        before = text[max(0, start - 8) : start].lower()
        if _SELF_DESCRIBING.match(text, start) or before.endswith(_HASH_COMES):
            continue
        run = text[start : min(match.end(), start + SAMPLE_CHARS)].rstrip("=")
        if looks_random(run) and not encodes_text(run):
            folders = _FOLDERS.match(text, start)
            yield start if folders is None else folders.end(), match.end()
