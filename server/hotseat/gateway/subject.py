"""What a request is about, from the texts in it. Pure.

The texts that count are the latest turn's: what the user wrote last, and the calls and results of
tools after it. System prompts and the descriptions of tools do not count: agents send the same ones
with every request.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hotseat.conversation.route import languages_asked
from hotseat.languages.detect import language_of_name
from hotseat.serving.openai.content import text_of

MAX_TEXTS = 8
"""Texts that are looked at, newest first: each takes about a millisecond."""
MAX_PREFIX_CHARS, MAX_SUFFIX_CHARS = 1_500, 400
"""Of a text with a gap, around the gap."""
MAX_KEY_CHARS = 4_000
"""Of the first message, by which a conversation is known again."""
MAX_MENTION_CHARS = 20_000
"""Looked through for names of files, newest first: takes a few milliseconds after the answer."""
_FILE_NAME = re.compile(r"(?<![\w.-])[\w-][\w.-]{0,80}\.[A-Za-z]\w{0,11}\b")
_IGNORED_ROLES = frozenset({"system", "developer"})
_SURROUNDINGS = re.compile(
    r"<(environment_details|system-reminder|environment_info|workspace_info)>.*?(?:</\1>|\Z)",
    re.DOTALL,
)
"""What agents add to a user's message: lists of files, the time, reminders."""
_LINE_NUMBERS = re.compile(r"^ *\d{1,6}(?:\| ?|\t|: |→)", re.MULTILINE)
"""What tools write before each line of a file."""
_ABSOLUTE = re.compile(r"^(?:file://)?(?:[A-Za-z]:)?[/\\]+(?=[^\n]*\Z)")
_ABSOLUTE_IN_TEXT = re.compile(r"(?<![\w.:/~<-])/(?=[\w.-]+/)")
"""The first slash of a path in a sentence, not of a URL or a closing tag."""
_TAGS = re.compile(
    r"</?(?:task|feedback|user_message|user_query|user_request|userRequest|prompt|context"
    r"|attachments?)>"
)
"""Of agents' own markup, which would look like HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Texts by which a request is routed, newest first."""

    texts: tuple[str, ...] = ()
    """Of the latest turn."""
    earlier: tuple[str, ...] = ()
    """Of the turns before it."""
    conversation: str = ""
    """Equal for requests of one conversation; empty for a request that belongs to none."""
    messages: tuple[dict[str, Any], ...] = field(default=(), compare=False, repr=False)
    """Of the whole conversation, without system prompts: `mentioned_languages` looks at them."""


class Said:
    """What an answer has said so far, as far as it shows where the conversation goes."""

    def __init__(self) -> None:
        self._text = ""
        self._calls: list[Any] = []

    def add(self, line: dict[str, Any]) -> None:
        """Take a line of the engine's answer."""
        message = line.get("message") or {}
        self._text = (self._text + (message.get("content") or ""))[-MAX_PREFIX_CHARS:]
        if len(self._calls) < MAX_TEXTS:
            self._calls += message.get("tool_calls") or ()

    def texts(self) -> tuple[str, ...]:
        """Return the texts, the arguments of tools first: agents carry those out next."""
        return tuple(text for text in (_arguments(self._calls), self._text) if text.strip())


def subject_of_messages(messages: Sequence[Any]) -> Subject:
    """Return what a chat is about. `messages` are objects of either API; others are skipped."""
    spoken = [m for m in messages if isinstance(m, dict) and m.get("role") not in _IGNORED_ROLES]
    users = [i for i, message in enumerate(spoken) if message.get("role") == "user"]
    if not users:
        return Subject(texts=_newest_first(spoken))
    turn = users[-1]
    first = text_of(spoken[users[0]].get("content"))[:MAX_KEY_CHARS]
    digest = hashlib.sha256(first.encode("utf-8", "replace")).hexdigest()
    return Subject(
        texts=_newest_first(spoken[turn:]),
        earlier=_newest_first(spoken[:turn]),
        conversation=digest,
        messages=tuple(spoken),
    )


def subject_of_prompt(prompt: str, suffix: str = "") -> Subject:
    """Return what a completion is about; with a suffix, `prompt` is the text before the gap."""
    if not suffix:
        return Subject(texts=tuple(filter(None, (_plain(prompt), prompt[-MAX_PREFIX_CHARS:]))))
    around = prompt[-MAX_PREFIX_CHARS:] + suffix[:MAX_SUFFIX_CHARS]
    return Subject(texts=(_fenced(prompt[:MAX_PREFIX_CHARS]), _fenced(around), around))


def languages_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of the first text that is about any, the best first."""
    for text in texts:
        if languages := languages_asked(text):
            return languages
    return ()


def prepare_routing() -> None:
    """Have the first request routed as fast as the others: takes a tenth of a second."""
    languages_of(("What is this?", _fenced("x = 1")))


def languages_of_files(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of the files that the texts name, in their order.

    Code and markup do not count: agents' own tags look like HTML.
    """
    names = dict.fromkeys(name for text in texts for name in _FILE_NAME.findall(text))
    return tuple(dict.fromkeys(filter(None, map(language_of_name, names))))


def mentioned_languages(messages: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the languages of all files that the conversation names, the newest first.

    What agents add to a message counts too: open tabs, files of the chat. It shows where a
    conversation may go, not what a request is about.
    """
    texts: list[str] = []
    n_left = MAX_MENTION_CHARS
    for message in reversed(messages):
        text = f"{text_of(message.get('content'))}\n{_arguments(message.get('tool_calls'))}"
        texts.append(text[:n_left])
        n_left -= len(texts[-1])
        if n_left <= 0:
            break
    return languages_of_files(texts)


def _newest_first(messages: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the texts. Of a tool's result, the path in its call precedes what it returned."""
    found: list[str] = []
    for place in range(len(messages) - 1, -1, -1):
        message = messages[place]
        if message.get("role") == "tool":
            text = _LINE_NUMBERS.sub("", text_of(message.get("content")))
            found += [_arguments([_call_of(messages, place)]), _fenced(text), text]
        else:
            found.append(_plain(text_of(message.get("content"))))
            found.append(_arguments(message.get("tool_calls")))
        found = [text for text in found if text.strip()]
        if len(found) >= MAX_TEXTS:
            break
    return tuple(found[:MAX_TEXTS])


def _call_of(messages: Sequence[dict[str, Any]], place: int) -> object:
    """Return the call whose result is the message at `place`; None if it is not found.

    A result without an id belongs to the call at its place among the results.
    """
    n_before = 0
    for before in range(place - 1, -1, -1):
        message = messages[before]
        if message.get("role") == "tool":
            n_before += 1
            continue
        calls = message.get("tool_calls")
        if not isinstance(calls, list):
            return None
        id_ = messages[place].get("tool_call_id")
        if id_:
            return next((c for c in calls if isinstance(c, dict) and c.get("id") == id_), None)
        return calls[n_before] if n_before < len(calls) else None
    return None


def _plain(text: str) -> str:
    text = _TAGS.sub(" ", _SURROUNDINGS.sub(" ", text)).strip()
    return _ABSOLUTE_IN_TEXT.sub("", text)


def _fenced(text: str) -> str:
    """Return the text as a block of code, so that it is looked at as code."""
    return f"```\n{text}\n```" if text.strip() else ""


def _arguments(calls: object) -> str:
    """Return the arguments of calls of tools: they hold the paths of files."""
    if not isinstance(calls, list):
        return ""
    texts = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        arguments = function.get("arguments") if isinstance(function, dict) else None
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except (ValueError, RecursionError):
                texts.append(str(arguments))
        if isinstance(arguments, dict):
            texts += [_relative(text) for text in arguments.values() if isinstance(text, str)]
    return "\n".join(texts)


def _relative(text: str) -> str:
    """Return an absolute path without what makes it one: routing knows paths in a project."""
    return _ABSOLUTE.sub("", text, count=1)
