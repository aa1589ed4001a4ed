"""Secrets that are assigned to a name such as `password`, `api_key` or `MAILGUN_KEY`.

Owns the names, and the ways in which languages and tools assign a value to one. Linear in the text:
a pattern is tried only where its word stands, and is bounded. No secret goes on over the end of a
line, and what is found on a line does not depend on other lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotseat.privacy.secret_values import (
    is_dotted_name,
    is_filled_in,
    is_phrase,
    is_quoted_secret,
    is_random_value,
    n_digits,
)
from hotseat.privacy.token_formats import ISSUERS

Span = tuple[int, int]

STRONG = ("passw", "passphrase", "pwd", "secret")
"""Whatever is assigned to such a name is a secret, unless it is plainly something else."""
WEAK = (
    *("token", "apikey", "api_key", "api-key", "access_key", "accesskey", "private_key"),
    *("encryption_key", "encryptionkey", "signing_key", "signingkey", "master_key", "masterkey"),
    *("account_key", "accountkey", "auth_key", "authkey", "hmac_key", "jwt_key", "app_key"),
    *("license_key", "storage_key", "session_key", "cipher_key", "aes_key", "-key", "privatekey"),
)
"""Such names have many meanings: only a value that looks random is a secret."""
_WEAKEST = ("credential", "auth")
_MIN_WEAKEST_CHARS = 16
_MIN_ISSUED_CHARS = 14
_ASSIGNED = re.compile(
    r"""
    ([\w.-]{0,40}+)                                 # the rest of the name
    ["'`\])]{0,3}+ [ \t]{0,8}+
    (   :[ \t]{0,4}[&\w.\[\]<>?|]{1,40}[ \t]{0,4}=  # password: str =
      | [\w.*\[\]]{1,24}[ \t]{1,4}=                 # password string =
      | := | => | \?= | ={1,3} | !={1,2} | :
    )
    ([ \t]{0,8}+)
    (?: [A-Za-z@]{0,2}
        (?: "((?:[^"\\\n]|\\.){1,512}+)" | '((?:[^'\\\n]|\\.){1,512}+)' | `([^`\n]{1,512}+)` )
      | ([^\s"'`]{6,512}+)(?=[ \t]*(?:\#.*)?(?:\r?\n|\Z))
    )
    """,
    re.VERBOSE,
)
_IN_CALL = re.compile(r"""([\w.-]{0,40}+)["'`][ \t]{0,4},[ \t]{0,4}["'`]([^\s"'`\\]{4,256})["'`]""")
_CALL_HEAD = re.compile(
    r"""(?:define|[sg]etenv|putenv|set|put|add|env|environ|setproperty|set_var|setting|property"""
    r"""|setdefault|config|withenv)\(?[ \t]{0,4}\(?["'`][\w.-]{0,40}$"""
)
"""Before `DB_PASSWORD', 'hunter2')`: calls whose first argument is a name."""
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
_NOT_ISSUED = re.compile(
    r"sha|commit|rev|digest|checksum|hash|integrity|tag|image|host|domain|user"
)
_AUTH_REST = re.compile(r"(?:s|[_-]?(?:code|data|value|string|hash|pass|b64|base64))?")
_CODE_CHARS = frozenset("()[]{}<>$;,|")
_ISSUED = re.compile(
    r"""([\w.-]{0,40}+)["'`\])]{0,3}+[ \t]{0,8}+
    (?: : [ \t]{0,4}\w{1,20}[ \t]{0,4}= | := | => | \?= | = | : | , | (?<=["'`\])])[ \t] )
    [ \t]{0,8}+["'`]?([A-Za-z0-9_=+/:|%.-]{14,200}+)(?=["'`\s;,\\)&\#<]|\Z)
    """,
    re.VERBOSE,
)


def named_spans(text: str, lower: str, *, has_long_runs: bool) -> Iterator[Span]:
    """Yield the spans of such secrets. `lower` is the text in lower case, of the same length;
    `has_long_runs` says whether it has 14 letters or digits in a row."""
    yield from _assigned(text, lower)
    if has_long_runs:
        yield from _issued(text, lower)
        yield from _weakest(text, lower)


def _assigned(text: str, lower: str) -> Iterator[Span]:
    for words, strong in ((STRONG, True), (WEAK, False)):
        for word in words:
            for at in places(lower, word):
                end = at + len(word)
                match = _ASSIGNED.match(text, end)
                if match is not None:
                    if is_of_another_kind(lower, match):
                        continue
                    group = next(i for i in (4, 5, 6, 7) if match[i] is not None)
                    if group == 7:
                        is_one = _is_bare_secret(text, at, match, word, strong=strong)
                    else:
                        is_one = is_quoted_secret(match[group], match[2], word, strong=strong)
                    if is_one:
                        yield match.span(group)
                    continue
                called = _IN_CALL.match(text, end)
                if (
                    called is not None
                    and not is_of_another_kind(lower, called)
                    and _CALL_HEAD.search(lower, max(0, at - 80), at)
                    and is_quoted_secret(called[2], ",", word, strong=strong)
                ):
                    yield called.span(2)


def is_of_another_kind(lower: str, match: re.Match[str]) -> bool:
    """Return whether the rest of the name, group 1, says that the value is no secret."""
    return _NOT_ONE.search(lower, match.start(1), match.end(1)) is not None


def _is_bare_secret(text: str, at: int, match: re.Match[str], word: str, *, strong: bool) -> bool:
    """Return whether a value without quotes, on a line of its own, is a secret: `PASSWORD=…`,
    `password: …`."""
    line_start = text.rfind("\n", max(0, at - 80), at) + 1
    if (line_start == 0 and at > 80) or not _LINE_HEAD.fullmatch(text, line_start, at):
        return False
    separator, spaces, value = match[2], match[3], match[7]
    if separator not in ("=", ":") or (separator == "=") != (spaces == ""):
        return False
    if is_filled_in(value) or not _CODE_CHARS.isdisjoint(value) or value[0] in "/.~&":
        return False
    if "://" in value or value.lower().startswith(word):
        return False
    if n_digits(value):
        return not value.isdigit() and not is_dotted_name(value)
    if separator == ":":
        return strong and is_phrase(value)
    return strong and text[at].isupper() and is_phrase(value.lower())


def _issued(text: str, lower: str) -> Iterator[Span]:
    """Yield what looks random and is assigned to a name with an issuer's: `MAILGUN_KEY=…`."""
    for issuer in ISSUERS:
        for at in places(lower, issuer):
            match = _ISSUED.match(text, at + len(issuer))
            if match is None or is_of_another_kind(lower, match):
                continue
            if _NOT_ISSUED.search(lower, match.start(1), match.end(1)):
                continue
            if is_random_value(match[2].replace(":", "").replace("|", ""), _MIN_ISSUED_CHARS):
                yield match.span(2)


def _weakest(text: str, lower: str) -> Iterator[Span]:
    """Yield what looks random and is assigned to `credentials`, `AUTH` and the like."""
    for word in _WEAKEST:
        for at in places(lower, word):
            match = _ISSUED.match(text, at + len(word))
            if (
                match is not None
                and _AUTH_REST.fullmatch(lower, match.start(1), match.end(1))
                and is_random_value(match[2], _MIN_WEAKEST_CHARS)
            ):
                yield match.span(2)


def places(lower: str, word: str) -> Iterator[int]:
    """Yield where the word begins, in order and disjoint."""
    at = lower.find(word)
    while at >= 0:
        yield at
        at = lower.find(word, at + len(word))
