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
    r"better|too (?:slow|small|large|big|long|short|many|few|much)|longer|shorter|more|fewer|"
    r"earlier|"
    r"later|asked (?:to|for)|wants?|wanted|enough|already|becomes?|from (?:today|tomorrow|"
    r"monday|january|"
    r"february|march|april|may|june|july|august|september|october|november|december)|away from|"
    r"complain(?:s|ed)?|objects?|demands?|begs?|(?:is|went|goes?) (?:up|down)|"
    r"set(?:tle)? it to|at (?:most|least)|limit|only|down to|up to)\b"
)
REPORT = _pattern(
    r"\b(?:today|tonight|this (?:morning|afternoon|evening|night)|yesterday|last night|done|"
    r"finished|"
    r"was|were|did|ran|went|came|moved|tried|tested|showed|released|shipped|merged|fixed|installed|"
    r"wrote|found|added|deployed|drew|hung|sat|got|made|met|had|works now|\w{3,}ed)\b"
)
"""The user reports what was done."""
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|"
    r"twenty|"
    r"thirty|sixty|half an?|once|twice)"
)
_TIME = (
    r"(?:ms|milliseconds?|s|secs?|seconds?|min|minutes?|h|hours?|days?|nights?|weeks?|months?|"
    r"years?|fortnight)"
)
VALUES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "duration",
        _pattern(
            r"\bhow (?:long|often|soon|old|much (?:time|in advance|later|earlier))\b|"
            r"\bfor how long\b|\bwhat time\b"
            r"|\b(?:interval|timeout|period|delay|deadline|duration|frequency|retention|"
            r"until when|how late)\b"
            r"|\bat what rate\b|\bwhen (?:does|do|is|are|must|should)\b|\bafter (?:what|how)\b"
        ),
        _pattern(
            rf"\b{_NUMBER}[ -]?{_TIME}\b|\b(?:once|twice|one time) (?:an?|per|each|every) \w+|"
            rf"\b(?:every|each|per) (?:other )?"
            r"(?:second|minute|hour|day|night|week|month|year)\b|\b(?:hourly|daily|nightly|"
            r"weekly|monthly)\b|\d{1,2}:\d\d|"
            r"\b(?:until|till|by|at|before) (?:\w+day|noon|midnight|\d{1,2}(?: ?[ap]m)?)\b"
        ),
    ),
    (
        "money",
        _pattern(
            r"\b(?:costs?|price|fee|pays?|paid|charge|tariff|fine|budget|expensive|money|salary)\b"
        ),
        _pattern(
            r"[€$£¥]\s?\d|\d\s?(?:[€$£¥]|euros?|eur|dollars?|usd|pounds?|cents?|francs?|chf|kr|"
            r"shillings?|yen|rupees?|"
            r"pesos?|zloty|lire|liras?|crowns?|percent|%)(?!\w)"
        ),
    ),
    (
        "size",
        _pattern(
            r"\bhow (?:large|big|wide|high|tall|deep|heavy|far|thick|small)\b|\b(?:size|width|"
            r"height|length|resolution|weight|"
            r"distance|limit|maximum|minimum|threshold|level)\b"
        ),
        _pattern(
            r"\d\s?(?:[kmgt]i?b|bytes?|px|pixels?|[cmk]?m|km|kg|grams?|g|mm|percent|%|x|by|"
            r"characters?|chars|lines?|rows?|"
            r"degrees?|dpi|volts?|v|watts?)(?![\w])|\b\d+ ?(?:x|by|×) ?\d+"
        ),
    ),
    (
        "speed",
        _pattern(
            r"\bhow (?:fast|quick(?:ly)?)\b|\b(?:speed|rate|bitrate|baud|throughput|frequency)\b"
        ),
        _pattern(
            r"\d(?:[.,]\d+)?\s?(?:[km]?m/s|km/h|kbit|mbit|hz|khz|mhz|fps|rpm|bpm|degrees?|"
            r"per second|a second|baud|at most)"
        ),
    ),
    (
        "count",
        _pattern(
            r"\bhow many\b|\b(?:number|count|amount) of\b|\b(?:maximum|minimum|limit|quota|"
            r"capacity)\b"
        ),
        _pattern(rf"\b{_NUMBER}\b"),
    ),
)
"""Kind of value, questions that ask for one, and texts that hold one."""
CUES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        _pattern(r"\bwhy\b|\breasons?\b|\bhow come\b|\bwhat for\b"),
        _pattern(
            r"\b(?:because|since|as|so that|so|otherwise|must|reason|otherwise|due to|in order|too|"
            r"cannot|can't|for the|never|led to|avoid|needs?|hate|that way|means|decided|"
            r"decide|choose|"
            r"chose|against|enough|trust|trouble|weak|won't|not|no|stay with|out)\b"
        ),
    ),
    (
        _pattern(
            r"^\W*(?:may|should|can|could|shall|do|does|am|are|is|would|must)\b|\bprefer|"
            r"\ballowed\b|\bwant\b"
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
            r"|\b(?:size|port|version|number|limit|timeout|rate|length|width|maximum|minimum|"
            r"interval|seconds|minutes)\b|\bwhen\b"
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
