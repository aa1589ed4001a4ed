"""Whether a suggestion fits the syntax around it, and which part of it does.

What does not parse is repaired and trimmed back until it does (`mend.py`), and what cannot be saved
is nothing. Parses a piece of text around the cursor (`fragment.py`), so the time it takes does not
grow with the document; it is for the end of a stream, not for every token.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hotseat.completion.postprocess.fragment_parser import Region, Window, is_known
from hotseat.completion.postprocess.repair import repaired
from hotseat.completion.postprocess.text_around import TextAround
from hotseat.documents.syntax import NewFragment
from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of
from hotseat.syntax.grammars import LANGUAGES

MAX_PARSES = 24
_QUOTE = re.compile(r"[\"'`\n]")
"""What may end a string."""


class SyntaxCheck:
    """The check at one cursor. `prefix` and `suffix` are the text around it, more of it than a
    prompt holds if there is more.

    `settle` parses the place as it is, which is the most of the work; it is best done while the
    engine computes the first token.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        new_fragment: NewFragment | None,
        *,
        place: Place | None = None,
        region: Region = Region.FILE,
        around: TextAround | None = None,
    ) -> None:
        self._prefix, self._language = prefix, language
        self._rest = suffix.partition("\n")[0]
        self._window: Window | None = None
        self._is_in_string = place is Place.STRING
        self._is_in_comment = around is not None and around.quote == "\n"
        source = profile_of(language).grammar
        is_unsure = (
            (source is not None and not source.is_reliable)
            or place is Place.COMMENT
            or (around is not None and around.is_in_text)
            or not is_known(prefix, region)
        )
        if new_fragment is not None and not is_unsure and language in LANGUAGES:
            self._window = Window(
                prefix,
                suffix,
                language,
                new_fragment,
                region=region,
                place=place,
                around=around if region is Region.FILE else None,
            )

    async def settle(self) -> None:
        """Parse the place as it is; the later calls return at once."""
        if self._window is not None and not await self._window.settle():
            self._window = None

    @property
    def is_known(self) -> bool:
        """False if the syntax around the cursor is not known; then every suggestion is accepted."""
        return self._window is not None

    async def accepts(
        self,
        text: str,
        expired: Callable[[], bool] = lambda: False,
        *,
        goes_on: bool = False,
    ) -> bool:
        """Return whether the code parses no worse with `text` than without.

        `goes_on`: the model's answer has more lines, which belong here too. When `expired()`
        becomes true, the answer is no.
        """
        await self.settle()
        window = self._window
        if window is None or not text.strip():
            return True
        goes_on = goes_on and not self._rest.strip()
        if self._is_in_string and not _QUOTE.search(text):
            return True
        if self._is_in_comment and "\n" not in text:
            return True
        return not expired() and await window.takes(text, goes_on=goes_on)

    async def accepts_alone(self, text: str, expired: Callable[[], bool] = lambda: False) -> bool:
        """Return whether `text` fits what is before the cursor, where what is after it has errors
        that no suggestion can help."""
        window = self._window
        if window is None or window.is_sound or expired():
            return False
        return await window.takes_alone(text)

    async def repair(self, text: str, expired: Callable[[], bool] = lambda: False) -> str:
        """Return the longest changed or shortened form of `text` that is accepted; else empty.

        When `expired()` becomes true, the search ends without a result.
        """
        await self.settle()
        window = self._window
        if window is None:
            return ""
        tried = {"", text}
        for candidate in repaired(text, self._prefix, self._language, self._rest):
            if candidate in tried:
                continue
            if expired() or len(tried) > MAX_PARSES:
                break
            tried.add(candidate)
            if await window.takes(candidate):
                return candidate
        return ""
