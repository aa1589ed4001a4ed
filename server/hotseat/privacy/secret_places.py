"""Secrets that are known by the place they stand in: addresses, headers, options of commands,
connection strings, XML, SQL, and files such as netrc and pgpass.

Linear in the text: a pattern is tried only where its word stands, and is bounded. No secret goes on
over the end of a line, and what is found on a line does not depend on other lines.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from hotseat.privacy.named_secrets import STRONG, WEAK, Words, is_of_another_kind
from hotseat.privacy.secret_values import (
    is_dotted_name,
    is_filled_in,
    is_plain_secret,
    is_random_value,
    n_digits,
)

Span = tuple[int, int]

_URL = re.compile(r"""://[^\s/:@"'`<>]{0,64}:([^\s/@"'`<>]{1,256})@""")
_URL_USER = re.compile(r"://([A-Za-z0-9_-]{20,128})(?::x-oauth-basic|:)?@")
"""A token instead of a user: Sentry's addresses, and `https://TOKEN@github.com`."""
_BEARER = re.compile(r"[ \t]{1,4}([A-Za-z0-9._~+/-]{8,512}+={0,2})")
_AUTHORIZATION = re.compile(r"""authorization["'`\])]{0,3}[ \t]{0,4}[:=,(]{1,2}[ \t"'`f]{0,6}$""")
_MIN_BEARER_CHARS = 12
_MIN_HEADER_CHARS = 16
_MIN_MARKUP_CHARS = 10
_MIN_URL_USER_CHARS = 20
_HEADER = re.compile(
    r"""([\w-]{0,20}+)["'`]?[ \t]{0,2}:[ \t]{0,4}(?:(?:token|bearer|basic|key)[ \t]{1,2})?"""
    r"""([A-Za-z0-9._~+/=-]{12,512}+)(?=["'`\s\\,;]|\Z)""",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"""([\w-]{0,40}+)=([^\s"'`;|&<>(){}\[\]$,\\#]{6,256}+)(?=[\s"'`;|&\\#)]|\Z)"""
)
"""`PASSWORD=hunter2 ./run`, `-e TOKEN=…`, `?api_key=…&x=1`, `--password=hunter2 --verbose`."""
_INLINE_HEAD = re.compile(r"(?:--[\w-]{0,30}|[?&][\w.\[-]{0,30}|(?:^|[\s\"'`;])[A-Z0-9_]{0,40})$")
_OPTION = re.compile(
    r"""([a-z-]{0,8}+)[ \t]{1,2}["']?([^\s"'`;|&<>(){}$,\\-][^\s"'`;|<>()]{3,256})"""
)
_ELEMENT = re.compile(r"""([\w.-]{0,40}+)(?:[ \t][^<>\n]{0,80})?>([^\s<>]{4,256}+)</""")
_ATTRIBUTE = re.compile(
    r"""([\w.-]{0,40}+)["'][ \t]{1,4}(?:value|secret)="""
    r"""(?:"([^"\s<>]{4,256}+)"|'([^'\s<>]{4,256}+)')"""
)
_CONNECTION = re.compile(r"""([ ]?)=[ \t]?([^;"'`\s<>{}$]{1,256}+)(?=[;"'`\s]|\Z)""")
_CONNECTION_HEAD = re.compile(
    r"(?:server|data source|host|address|user id|userid|uid|user|username|database|catalog|port"
    r"|endpointsprotocol|accountname|endpoint|sharedaccesskeyname)[ ]?=[^;\n]{0,120};"
)
_CONNECTION_NEXT = re.compile(
    r";[ ]?(?:server|data source|host|user id|uid|user|database|initial catalog|port|encrypt"
    r"|trusted_connection|multipleactiveresultsets|connect|integrated|persist|pooling|ssl)"
    r"[\w ]{0,24}="
)
_MAX_CONNECTION_CHARS = 300
_CURL_HEAD = re.compile(r"(?:^|[\s\"'])(?:-|--proxy)?$")
_CURL_USER = re.compile(r"""(?:ser)?[ \t=]{0,2}["']?([^\s:"'$]{1,64}):([^\s"'`\\]{1,256})""")
_CURL = re.compile(r"curl|wget|https? |httpie|xh ")
_COMMANDS = re.compile(
    r"""(?:sshpass[ \t]+-p[ \t]*|mysql(?:dump|admin)?[ \t][^\n]{0,200}?[ \t]-p)"""
    r"""["']?([^\s"'`$-][^\s"'`]{3,128})"""
)
_SQL = re.compile(r"""(?:password|identified[ \t]+by)[ \t]+'([^'\n\\]{4,256}+)'""", re.IGNORECASE)
_SQL_FOR = re.compile(
    r"""password[ \t]+for[ \t]+[^=\n]{1,120}=[ \t]*(?:password[ \t]*\([ \t]*)?"""
    r"""'([^'\n\\]{4,256}+)'""",
    re.IGNORECASE,
)
"""MySQL's `SET PASSWORD FOR 'a'@'b' = '…'`."""
_NETRC_VALUE = re.compile(r"""[ \t]{1,4}([^\s"'`;(){}]{4,128})[ \t]{0,8}(?=\r?\n|\Z)""")
_NETRC_HEAD = re.compile(
    r"[ \t]*(?:(?:machine[ \t]+\S{1,200}|default)[ \t]+)?(?:login[ \t]+\S{1,200}[ \t]+)?"
)
_PGPASS = re.compile(
    r"^(?!\d+:)[\w.*-]{1,120}:(?:\d{4,5}|\*):[\w*-]{1,60}:[\w*.@-]{1,60}:([^\s:]{4,128})$", re.M
)


def place_spans(text: str, words: Words) -> Iterator[Span]:
    """Yield the spans of such secrets."""
    yield from _in_urls(text)
    yield from _authorized(text, words)
    yield from _inline(text, words)
    yield from _in_commands(text, words)
    yield from _in_markup(text, words)
    yield from _in_connection_strings(text, words)
    yield from _in_files(text, words)


def _in_urls(text: str) -> Iterator[Span]:
    if "://" in text:
        for match in _URL.finditer(text):
            if not is_filled_in(match[1]):
                yield match.span(1)
        for match in _URL_USER.finditer(text):
            if is_random_value(match[1], _MIN_URL_USER_CHARS):
                yield match.span(1)


def _authorized(text: str, words: Words) -> Iterator[Span]:
    """Yield the tokens of `Authorization: Bearer …` and of headers such as `X-Api-Key: …`."""
    lower = words.lower
    for word in ("bearer", "basic", "token"):
        for at in words.places(word):
            match = _BEARER.match(text, at + len(word))
            if match is None or is_filled_in(match[1]):
                continue
            is_header = _AUTHORIZATION.search(lower, max(0, at - 40), at) is not None
            if _is_credential(match[1], word, is_header=is_header):
                yield match.span(1)
    for word in ("api-key", "apikey", "api_key", "-token", "-secret", "-key", "authorization"):
        for at in words.places(word):
            match = _HEADER.match(text, at + len(word))
            if (
                match is not None
                and not is_of_another_kind(lower, match)
                and is_random_value(match[2], _MIN_HEADER_CHARS)
                and not is_dotted_name(match[2])
            ):
                yield match.span(2)


def _is_credential(value: str, word: str, *, is_header: bool) -> bool:
    if word == "basic" and (is_header or n_digits(value)) and _is_user_and_password(value):
        return True
    if len(value) < _MIN_BEARER_CHARS:
        return False
    if word == "token" and not is_header:
        return False
    if n_digits(value):
        return True
    return is_header and value != value.lower() and value != value.upper() and value.isalnum()


def _is_user_and_password(value: str) -> bool:
    """Return whether it is `user:password` in base64."""
    data = value.rstrip("=")
    try:
        plain = binascii.a2b_base64(data + "=" * (-len(data) % 4))
    except binascii.Error:
        return False
    return plain.isascii() and b":" in plain and plain.decode("ascii").isprintable()


def _inline(text: str, words: Words) -> Iterator[Span]:
    lower = words.lower
    for names, strong in ((STRONG, True), (WEAK, False)):
        for word in names:
            for at in words.places(word):
                match = _INLINE.match(text, at + len(word))
                if match is None or is_of_another_kind(lower, match):
                    continue
                head = _INLINE_HEAD.search(text, max(0, at - 48), at)
                value = match[2]
                if head is None or is_filled_in(value) or value[0] in "/.~" or "://" in value:
                    continue
                is_marked = head[0][:1] in ("-", "?", "&")
                if not is_marked and not text[at].isupper():
                    continue
                digits = n_digits(value)
                is_one = digits >= 1 and not value.isdigit() and not is_dotted_name(value)
                if strong and not is_one:
                    is_one = (
                        head[0].startswith("--") and value.isalpha() and word not in value.lower()
                    )
                if not strong:
                    is_one = is_one and digits >= 2 and len(value) >= 10
                if is_one:
                    yield match.span(2)


def _in_commands(text: str, words: Words) -> Iterator[Span]:
    lower = words.lower
    for word in ("--password", "--passwd", "--passphrase", "--token", "--secret", "--api-key"):
        for at in words.places(word):
            match = _OPTION.match(text, at + len(word))
            least = 2 if "token" in word or "key" in word else 1
            if match is not None and not is_filled_in(match[2]) and n_digits(match[2]) >= least:
                yield match.span(2)
    for at in words.places("-u"):
        match = _CURL_USER.match(text, at + len("-u"))
        if match is None or not _CURL_HEAD.search(lower, max(0, at - 8), at):
            continue
        line = lower.rfind("\n", max(0, at - 400), at) + 1
        is_alone = not lower[line:at].strip(" \t-")
        is_curl = _CURL.search(lower, line, at) is not None
        if (is_curl or (is_alone and not match[2].isdigit())) and is_plain_secret(match[2]):
            yield match.span(2)
    for command in ("sshpass", "mysql"):
        for at in words.places(command):
            match = _COMMANDS.match(text, at)
            if match is not None and not is_filled_in(match[1]):
                yield match.span(1)


def _in_markup(text: str, words: Words) -> Iterator[Span]:
    lower = words.lower
    for word in ("passw", "passphrase", "secret", "token", "apikey"):
        for at in words.places(word):
            strong = word in STRONG
            for pattern in (_ELEMENT, _ATTRIBUTE):
                match = pattern.match(text, at + len(word))
                if match is None or is_of_another_kind(lower, match):
                    continue
                if pattern is _ELEMENT and not _opens_element(text, at):
                    continue
                group = next(i for i in range(2, 4) if match[i] is not None)
                value = match[group]
                if not is_plain_secret(value) or word in value.lower() or "{" in value:
                    continue
                is_word = value.isalpha() and not value.islower()
                if (strong and not is_word) or is_random_value(value, _MIN_MARKUP_CHARS):
                    yield match.span(group)


def _opens_element(text: str, at: int) -> bool:
    start = text.rfind("<", max(0, at - 60), at)
    return start >= 0 and re.fullmatch(r"[\w:.-]*", text[start + 1 : at]) is not None


def _in_connection_strings(text: str, words: Words) -> Iterator[Span]:
    lower = words.lower
    for word in ("password", "pwd", "accountkey", "sharedaccesskey"):
        for at in words.places(word):
            match = _CONNECTION.match(text, at + len(word))
            if match is None or not is_plain_secret(match[2]):
                continue
            start = max(0, at - _MAX_CONNECTION_CHARS)
            start = max(start, text.rfind("\n", start, at) + 1)
            if _CONNECTION_HEAD.search(lower, start, at) or _CONNECTION_NEXT.match(
                lower, match.end()
            ):
                yield match.span(2)


def _in_files(text: str, words: Words) -> Iterator[Span]:
    """Yield the passwords of netrc, pgpass, and SQL."""
    for word in ("password", "passwd", "identified"):
        for at in words.places(word):
            sql = _SQL.match(text, at) or _SQL_FOR.match(text, at)
            if sql is not None and is_plain_secret(sql[1]) and " " not in sql[1]:
                yield sql.span(1)
                continue
            if word == "identified":
                continue
            start = text.rfind("\n", max(0, at - 300), at) + 1
            match = _NETRC_VALUE.match(text, at + len(word))
            if match is not None and _NETRC_HEAD.fullmatch(text, start, at):
                is_plain = text[start:at].strip() != "" and is_plain_secret(match[1])
                if is_plain or (n_digits(match[1]) and is_plain_secret(match[1])):
                    yield match.span(1)
    if ":" in text:
        for match in _PGPASS.finditer(text):
            if not match[1].isdigit() and is_plain_secret(match[1]):
                yield match.span(1)
