"""A question of another program to an expert: what is shown to it, who answers, and until when."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.conversation.route import candidates, languages_asked
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert
from hotseat.gateway.answering import Answering, Asked
from hotseat.gateway.ollama_api import OllamaForm
from hotseat.languages.tables import ALIASES, KNOWN
from hotseat.privacy.redact import mask
from hotseat.privacy.secret_files import SecretFiles
from hotseat.roster.regular_file import read_regular
from hotseat.session.chat.model_waiting import OnNote
from hotseat.session.shared.context_window import context_tokens
from hotseat.workspace.symbols.listing import language_of_name

ANSWER_S = 55.0
"""For the whole answer: most clients give a tool up after 60 s."""
MAX_ANSWER_TOKENS = 1_024
MAX_FILE_BYTES = 1_000_000
MAX_PATH_CHARS = 4096
"""What Linux takes; to follow the links in a longer one may take minutes."""
MAX_QUESTION_CHARS = 8_000
_BYTES_PER_TOKEN = 3
"""Of code, estimated on the safe side: a prompt that is too long is refused by the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What another program asks. `language` and `path` may be empty, and so may `code`."""

    text: str
    language: str = ""
    code: str = ""
    path: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    expert: str
    model: str
    text: str
    note: str = ""
    """What the program should know of the answer; empty if there is nothing."""


class Asking:
    """Asks the experts of `answering` about files in `workspace`."""

    def __init__(
        self,
        answering: Answering,
        workspace: Path,
        secrets: SecretFiles,
        *,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._answering = answering
        self._workspace = workspace
        self._secrets = secrets
        self._answer_s = answer_s

    async def ask(self, question: Question, on_note: OnNote) -> Answered:
        """Return the answer, cut off at the limit of time. Raises HotseatError."""
        if not question.text.strip():
            raise HotseatError("question is empty", hint="Say what you want to know")
        if len(question.text) > MAX_QUESTION_CHARS:
            raise HotseatError(
                f"question has more than {MAX_QUESTION_CHARS:,} characters",
                hint="Pass code as `code`, or name a file as `path`",
            )
        language = known_language(question.language)
        code = question.code or await asyncio.to_thread(self._file, question.path)
        answer = _Answer()
        try:
            async with asyncio.timeout(self._answer_s):
                await self._stream(question, language, code, answer, on_note)
        except TimeoutError:
            if not answer.text:
                raise HotseatError(
                    f"No answer within {self._answer_s:g} s ({answer.note})",
                    hint="Ask again: what was begun goes on loading",
                ) from None
            answer.notes.append(f"cut off after {self._answer_s:g} s")
        return answer.answered()

    async def _stream(
        self, question: Question, language: str, code: str, answer: _Answer, on_note: OnNote
    ) -> None:
        def noted(note: str) -> None:
            answer.note = note
            on_note(note)

        expert = await self._choose(question, language, code, noted)
        answer.expert = expert
        shown, is_cut = _cut(mask(code), expert)
        if is_cut:
            answer.notes.append("the expert was shown the beginning of the code only")
        asked = Asked(
            model=expert.name,
            path="/api/chat",
            body=_body(question, language or _language_of(question.path), shown),
            form=OllamaForm("chat"),
            need=("chat", ""),
            stream=True,
            client=question.client,
        )
        async with aclosing(self._answering.lines(asked, noted, lambda _expert: None)) as lines:
            async for line in lines:
                answer.text += (line.get("message") or {}).get("content") or ""
                if line.get("done_reason") == "length":
                    answer.notes.append(f"cut off at {MAX_ANSWER_TOKENS:,} tokens")

    async def _choose(
        self, question: Question, language: str, code: str, on_note: OnNote
    ) -> Expert:
        """Return the expert for the language that is named, else for what the question is about."""
        window = self._answering.window
        await window.relay(on_note)  # the roster may depend on the engine
        languages: Sequence[str] = (language,) if language else ()
        if not languages:
            of_path = _language_of(question.path)
            block = f"\n\n```{of_path}\n{code}\n```" if code else ""
            languages = languages_asked(question.text + block, file_language=of_path or None)
        experts = candidates(window.roster, named=None, languages=languages)
        for need in ("chat", ""):
            if (found := await window.first_able(experts, need, on_note)) is not None:
                return found
        raise HotseatError(
            "No model of the roster is there", hint="`hotseat doctor` says how to get them"
        )

    def _file(self, path: str) -> str:
        """Return the text of a file in the workspace. Raises HotseatError."""
        if not path:
            return ""
        if "\0" in path or len(path) > MAX_PATH_CHARS:
            raise HotseatError("path is no name of a file", hint="Name it as in the workspace")
        whole = Path(os.path.abspath(self._workspace / path))
        if not whole.is_relative_to(self._workspace):
            raise HotseatError(
                f"{path} is outside the workspace {self._workspace}", hint="Pass its text as `code`"
            )
        relative = whole.relative_to(self._workspace).as_posix()
        real = Path(os.path.realpath(whole))
        if self._secrets.hold(relative) or self._secrets.hold(real.as_posix()):
            raise HotseatError(f"{path} may hold secrets, so models may not see it")
        try:
            data = read_regular(whole, max_bytes=MAX_FILE_BYTES, inside=self._workspace)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise HotseatError(f"{path} cannot be read: {reason}") from None
        if b"\0" in data:
            raise HotseatError(f"{path} is not text")
        return data.decode("utf-8", "replace").removeprefix("\ufeff")


class _Answer:
    """An answer while it comes."""

    def __init__(self) -> None:
        self.text = ""
        self.note = "waiting"
        """What is waited for."""
        self.notes: list[str] = []
        self.expert: Expert | None = None

    def answered(self) -> Answered:
        assert self.expert is not None
        return Answered(
            expert=self.expert.name,
            model=self.expert.spec.model,
            text=self.text,
            note="; ".join(self.notes),
        )


def known_language(name: str) -> str:
    """Return the id of a language that is named; empty for none. Raises HotseatError."""
    folded = name.strip().lower()
    if not folded:
        return ""
    found = ALIASES.get(folded, folded)
    if found not in KNOWN:
        raise HotseatError(
            f"language '{name[:40]}' is not known",
            hint="Use an id such as `python`, `go` or `sql`, or leave it out",
        )
    return found


def _language_of(path: str) -> str:
    return (language_of_name(path) or "") if path else ""


def _body(question: Question, language: str, code: str) -> dict[str, Any]:
    text = mask(question.text.strip())
    if code:
        title = f"`{question.path}`:\n" if question.path else ""
        text += f"\n\n{title}```{language}\n{code}\n```"
    return {
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "options": {"num_predict": MAX_ANSWER_TOKENS},
    }


def _cut(code: str, expert: Expert) -> tuple[str, bool]:
    """Return what of the code the expert's context holds beside question and answer, in whole
    lines, and whether some was left out."""
    n_tokens = context_tokens(expert)
    n_answer = min(MAX_ANSWER_TOKENS, n_tokens // 4)
    n_bytes = max(0, n_tokens - n_answer - n_tokens // 8) * _BYTES_PER_TOKEN
    data = code.encode("utf-8", "replace")
    if len(data) <= n_bytes:
        return code, False
    return data[:n_bytes].decode("utf-8", "ignore").rpartition("\n")[0], True
