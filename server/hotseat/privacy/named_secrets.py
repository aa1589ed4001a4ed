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

STRONG = (
    *("passw", "passphrase", "pwd", "secret", "db_pass", "dbpass", "mysql_pass", "smtp_pass"),
    *("mail_pass", "user_pass", "admin_pass", "root_pass", "redis_pass", "ftp_pass", "auth_pass"),
    *('"pass"', "'pass'"),
)
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
_MAX_NAME_CHARS = 120
"""How far before its value a name is looked for."""
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
    r"|source|role|group|format|version|lifetime|length|size|index|limit|color|style|broker"
)
"""In the rest of a name: the value describes a secret (`passwordField`, `token_type`)."""
_NOT_ISSUED = re.compile(
    r"sha|commit|rev|digest|checksum|hash|integrity|tag|image|host|domain|user"
)
_AUTH_REST = re.compile(r"(?:s|[_-]?(?:code|data|value|string|hash|pass|b64|base64))?")
_IDENTIFIER_WORDS = re.compile(
    r"pass|pwd|secret|hash|token|key|cred|sha\d|md5|base64|b64|arg|param|data|string|value|input|user"
    r"|result|random|crypt|^(?:self|this|args?|str|tmp|temp|var|field|part|line|row|col)[_\d.]"
)
"""In the value of `password = …`: the name of a variable."""
_CODE_CHARS = frozenset("()[]{}<>$;,|")
_ISSUED = re.compile(
    r"""([\w.-]{0,40}+)["'`\])]{0,3}+[ \t]{0,8}+
    (?: : [ \t]{0,4}\w{1,20}[ \t]{0,4}= | := | => | \?= | = | : | , | (?<=["'`\])])[ \t] )
    [ \t]{0,8}+["'`]?([A-Za-z0-9_=+/.-]{14,200}+)(?=["'`\s;,\\)&\#<]|\Z)
    """,
    re.VERBOSE,
)


class Words:
    """Where words stand in a text. Each is looked for once. Case does not count."""

    def __init__(self, lower: str) -> None:
        """`lower` is the text in lower case, of the same length."""
        self.lower = lower
        self._found: dict[str, list[int]] = {}

    def places(self, word: str) -> list[int]:
        """Return where `word` begins, in order and disjoint."""
        found = self._found.get(word)
        if found is None:
            found = self._found[word] = []
            at = self.lower.find(word)
            while at >= 0:
                found.append(at)
                at = self.lower.find(word, at + len(word))
        return found


def named_spans(text: str, words: Words, runs: list[str]) -> Iterator[Span]:
    """Yield the spans of such secrets. `runs` are the text's runs of 14 letters and digits or more,
    with two digits at least, in order."""
    yield from _assigned(text, words)
    yield from _issued(text, words.lower, runs)


def _assigned(text: str, words: Words) -> Iterator[Span]:
    lower = words.lower
    for names, strong in ((STRONG, True), (WEAK, False)):
        for word in names:
            for at in words.places(word):
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
    if separator not in ("=", ":") or (separator == ":" and spaces == ""):
        return False
    if separator == "=" and spaces and not (strong and _is_setting(text, line_start, value)):
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


def _is_setting(text: str, line_start: int, value: str) -> bool:
    """Return whether a line `password = value` is a setting, of an ini file or of properties, and
    not code: there it is mostly indented, and the value named after what it holds."""
    return (
        not text[line_start].isspace()
        and n_digits(value) > 0
        and _IDENTIFIER_WORDS.search(value.lower()) is None
    )


def _issued(text: str, lower: str, runs: list[str]) -> Iterator[Span]:
    """Yield what looks random and is assigned to a name with an issuer's (`MAILGUN_KEY=…`), or to
    `credentials`, `AUTH` and the like."""
    at = 0
    for run in runs:
        at = text.find(run, at)
        start = max(0, at - _MAX_NAME_CHARS)
        start = max(start, lower.rfind("\n", start, at) + 1)
        before = lower[start:at]
        for word in (*ISSUERS, *_WEAKEST):
            if word not in before:
                continue
            match = _ISSUED.match(text, start + before.rfind(word) + len(word))
            if match is not None and _is_issued(lower, match, is_weakest=word in _WEAKEST):
                yield match.span(2)
        at += len(run)


def _is_issued(lower: str, match: re.Match[str], *, is_weakest: bool) -> bool:
    if is_weakest:
        is_named = _AUTH_REST.fullmatch(lower, *match.span(1)) is not None
        return is_named and is_random_value(match[2], _MIN_WEAKEST_CHARS)
    if is_of_another_kind(lower, match) or _NOT_ISSUED.search(lower, *match.span(1)):
        return False
    return is_random_value(match[2], _MIN_ISSUED_CHARS)
