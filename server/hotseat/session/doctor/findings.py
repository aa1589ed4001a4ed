"""The result of one check of `hotseat doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check. `hint` says what to do; it is empty if there is nothing to do."""

    verdict: Verdict
    subject: str
    detail: str
    hint: str = ""


def good(subject: str, detail: str) -> Finding:
    return Finding(verdict=Verdict.GOOD, subject=subject, detail=detail)


def note(subject: str, detail: str, hint: str) -> Finding:
    return Finding(verdict=Verdict.NOTE, subject=subject, detail=detail, hint=hint)


def bad(subject: str, detail: str, hint: str) -> Finding:
    return Finding(verdict=Verdict.BAD, subject=subject, detail=detail, hint=hint)
