"""Switching traces: which files a user visited, in what order, for how long.

Owns the file format (CSV, also gzipped) and the derivation of a trace from a commit history. A
commit log is a proxy of what an editor sees: it has no look-ups, no returns within a commit, and no
order inside one (it is drawn at random here); stays are estimated from the size of changes.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.workspace.mining import Commit, visits_of

COLUMNS = ("session", "developer", "commit", "t_s", "path", "language", "dwell_s")
SESSION_GAP_S = 7200
"""Commits of one developer with a shorter gap belong to one session."""
# Dialects that one expert serves.
FAMILIES = {
    "typescriptreact": "typescript",
    "javascriptreact": "javascript",
    "scss": "css",
    "sass": "css",
    "less": "css",
    "erb": "html",
    "handlebars": "html",
    "jinja": "html",
    "jinja-html": "html",
    "django-html": "html",
}
ENDINGS = (".csv.gz", ".csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceVisit:
    """One stay in one file. `t_s` counts from the beginning of its session."""

    session: str
    developer: str
    commit: str
    t_s: float
    path: str
    language: str
    dwell_s: float
    first_key_s: float | None = None
    """Time from the focus to the first key, where a pace was chosen; traces do not contain it."""


def trace_name(path: Path) -> str:
    """Return the file's name without its endings."""
    ending = next((e for e in ENDINGS if path.name.endswith(e)), "")
    return path.name.removesuffix(ending)


def read_trace(path: Path) -> list[TraceVisit]:
    """Read a trace. Raises HotseatError, with the line number, for a missing or invalid file."""
    opener = gzip.open if path.name.endswith(".gz") else open
    line = 1
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if missing := set(COLUMNS) - set(rows.fieldnames or ()):
                raise HotseatError(
                    f"{path} is not a trace: it lacks the columns {', '.join(sorted(missing))}",
                    hint=f"Its first line should be {','.join(COLUMNS)}",
                )
            visits = []
            for row in rows:
                line = rows.line_num
                visits.append(_visit(row))
    except (OSError, UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        raise HotseatError(f"Cannot read {path}: {error}") from error
    except (ValueError, TypeError) as error:
        raise HotseatError(f"{path}, line {line}: {error}") from error
    if not visits:
        raise HotseatError(f"{path} contains no visits")
    return visits


def trace_of(commits: Sequence[Commit]) -> list[TraceVisit]:
    """Return the trace of a history, oldest commit first.

    A session is one author's commits with less than SESSION_GAP_S between them; sessions are in
    the order of their first commits.
    """
    sessions: list[tuple[str, list[tuple[int, Commit]]]] = []
    open_sessions: dict[str, list[tuple[int, Commit]]] = {}
    for n, commit in enumerate(commits):
        session = open_sessions.get(commit.author)
        if session is None or commit.time_s - session[-1][1].time_s >= SESSION_GAP_S:
            session = open_sessions[commit.author] = []
            sessions.append((commit.author, session))
        session.append((n, commit))
    names: dict[str, str] = {}
    trace: list[TraceVisit] = []
    for number, (author, session) in enumerate(sessions):
        t_s = 0.0
        for n, commit in session:
            for file in visits_of(commit):
                developer = names.setdefault(author, f"d{len(names) + 1}")
                trace.append(
                    TraceVisit(
                        session=str(number),
                        developer=developer,
                        commit=str(n),
                        t_s=t_s,
                        path=file.path,
                        language=FAMILIES.get(file.language, file.language),
                        dwell_s=file.dwell_s,
                    )
                )
                t_s += file.dwell_s
    return trace


def _visit(row: dict[str, str]) -> TraceVisit:
    dwell_s, t_s = float(row["dwell_s"]), float(row["t_s"])
    if not 0 < dwell_s < float("inf"):
        raise ValueError(f"dwell_s must be above 0, not {row['dwell_s']}")
    if not row["language"] or not row["path"]:
        raise ValueError("path and language must not be empty")
    return TraceVisit(
        session=row["session"],
        developer=row["developer"],
        commit=row["commit"],
        t_s=t_s,
        path=row["path"],
        language=row["language"],
        dwell_s=dwell_s,
    )
