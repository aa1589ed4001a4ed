"""What a user gets of a model's answer, through the whole pipeline."""

from __future__ import annotations

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.line_or_block import line_or_block_at
from hotseat.domain.syntax import Place
from hotseat.syntax.fragment import Fragment


def shown(
    marked: str,
    written: str,
    language: str,
    *,
    sees_suffix: bool,
    place: Place | None = None,
    size: int = 3,
) -> str:
    """Return what is shown at `‸` of an answer that a model writes in pieces of `size` characters.

    The real syntax check takes part.
    """
    prefix, _, suffix = marked.partition("‸")
    pipeline = AnswerPipeline(
        prefix,
        suffix,
        language,
        line_or_block_at(prefix, suffix, language, place),
        new_fragment=Fragment,
        sees_suffix=sees_suffix,
        place=place,
    )
    for i in range(0, len(written), size):
        if pipeline.feed(written[i : i + size])[1]:
            break
    return pipeline.finish_here().text
