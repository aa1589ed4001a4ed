"""A piece of text around a cursor that another process parses, with suggestions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotseat.syntax.grammars import LANGUAGES

if TYPE_CHECKING:
    from hotseat.parsing.parser import Parser
    from hotseat.parsing.remote_syntax import RemoteSyntax


class RemoteFragment:
    """The text `before` and `after` a cursor of a document; see `FragmentSyntax`."""

    def __init__(
        self, before: str, after: str, language: str | None, parser: Parser, document: RemoteSyntax
    ) -> None:
        self._around = before, after, language
        self._is_known = language in LANGUAGES
        self._parser, self._document = parser, document

    async def n_errors_with(self, text: str) -> int | None:
        document = self._document
        if not self._is_known or not document.may_parse_fragments:
            return None
        answer = await self._parser.answer(
            "fragment", (*self._around, text), failed=document.fragment_failed
        )
        if answer is None:
            return None
        document.fragment_s += answer.spent_s
        return answer.value if isinstance(answer.value, int) else None
