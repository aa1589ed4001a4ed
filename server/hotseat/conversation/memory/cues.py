"""What in a question says which kind of sentence answers it, and what in a turn makes it one.

Owns patterns of English. In other languages only the words of a question count.
"""

from __future__ import annotations

import re

from hotseat.conversation.memory.words import words


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


ACTIVITY = frozenset(
    words(
        "do work happen change decide discuss talk mention add fix finish start begin complete "
        "agree plan write tell speak learn about say news last recent lately day week month time"
    )
)
"""Words of a question about a time that name no topic."""
FIRST = _pattern(
    r"\b(?:originally|at first|initially|in the beginning|used to|formerly|previously|"
    r"before (?:that|we changed)|the first (?:time|version|plan|idea)|back then|"
    r"old(?:er)? (?:value|name|limit))\b"
)
CHANGED = _pattern(
    r"\b(?:now|from now on|instead|no longer|any ?more|changed?|switch(?:ed|ing)?|moved?|moving|"
    r"replaced?s?|renamed?|rather|actually|after all|scrap|forget|drop(?:ped)?|raised?|lowered?|"
    r"increased?|reduced?|bump(?:ed)?|upgraded?|again|back to|new|make it|turns? out|correction|"
    r"as of|starting|since (?:today|yesterday)|update[ds]?|revert(?:ed)?|not .{1,40} but|"
    r"better|too (?:slow|small|large|big|long|short|many|few|much))\b"
)
CUES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        _pattern(r"\bwhy\b|\breasons?\b|\bhow come\b|\bwhat for\b"),
        _pattern(
            r"\b(?:because|since|as|so that|so|otherwise|must|reason|otherwise|due to|in order|too|"
            r"cannot|can't|for the|never|led to|avoid|needs?|hate|that way|means)\b"
        ),
    ),
    (
        _pattern(
            r"^\W*(?:may|should|can|could|shall|do|does|am|are|is|would|must)\b|\bprefer|\ballowed\b|\bwant\b"
            r"|\bor\b|\brule|\bstyle|\bconvention"
        ),
        _pattern(
            r"\b(?:never|always|only|no|not|don't|do not|prefer|hate|want|please|like|must|nothing"
            r"|avoid|everything|everywhere|rather|instead|without|none|every|each)\b"
        ),
    ),
    (
        _pattern(
            r"\bhow (?:many|long|large|big|much|often|fast|old|wide|high|far|small)\b"
            r"|\b(?:size|port|version|number|limit|timeout|rate|length|width|maximum|minimum|interval|seconds|minutes)\b|\bwhen\b"
        ),
        _pattern(
            r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|once|twice)\b"
        ),
    ),
    (
        _pattern(r"\bwhere\b|\b(?:file|path|url|folder|directory|address|endpoint|key|command)\b"),
        _pattern(r"[\w~-]+[/.:][\w/]+|\w_\w"),
    ),
    (
        _pattern(r"\b(?:called|names?|named|prefix|which|who)\b"),
        _pattern(r"\w[._/-]\w|\b[a-z]+[A-Z]|\s[A-Z][a-z]+"),
    ),
)
