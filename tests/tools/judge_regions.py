"""Compare the language at places of real files with what other editors' injection queries find.

    PYTHONPATH=server:tests python tests/tools/judge_regions.py \\
        NVIM_TREESITTER/runtime/queries HELIX/runtime/queries FOLDER… \\
        --python VENV/bin/python --sample 300 --seed 1 --verdicts tests/tools/region_verdicts.toml

The queries run with the grammars of tree-sitter-language-pack 0.9.0, which is no dependency of
Hotseat. Install it into a throwaway environment, and give that one's Python:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install tree-sitter-language-pack==0.9.0

From the files in the folders it takes a sample, spread over the languages of their hosts. In each
file it asks Hotseat at up to 40 places inside injected ranges and 10 elsewhere. A place is agreed
if Hotseat names one of the languages that a peer finds there, unseen if it names the file's own
language instead, and wrong otherwise, also where it sees a region and no peer does.

--verdicts FILE states who is right, for classes of disagreement that were read by hand. It is TOML,
and the first verdict that fits decides; what is left out fits everything:

    [[verdict]]
    host = "markdown"
    peers = "html"            # what the peers say
    hotseat = "markdown"
    line = "^</?details"      # a regular expression that the line contains
    path = "README"           # and one that the path contains
    right = "hotseat"         # or "peers", or "skip": the place shows nothing
    why = "a tag of Markdown's own"

`right = "hotseat"` counts the place as agreed, "skip" leaves it out. The table has both figures:
"raw" without verdicts, and with them. Disagreements that no verdict covers are printed as unread.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import select
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hotseat.documents.store import Document
from hotseat.domain.text import PositionEncoding
from hotseat.languages.detect import language_of, language_of_name, normalise
from hotseat.languages.profile import words
from hotseat.languages.tables import KNOWN
from hotseat.session.document_language import host_of_document, language_at
from hotseat.syntax.document_syntax import Syntax

PEER_SCRIPT = Path(__file__).with_name("peer_injections.py")
N_PLACES_INSIDE = 40
N_PLACES_OUTSIDE = 10
MAX_BYTES = 150_000
SECONDS_PER_FILE = 10.0
"""Some grammars of the package loop for ever."""

_JINJA = r"\{#.*?#\}|\{\{[-+]?(.*?)[-+]?\}\}|\{%[-+]?(.*?)[-+]?%\}"
_LIQUID = r"\{%-?\s*comment\b.*?endcomment\s*-?%\}|\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}"
_GO = r"\{\{-?\s*/\*.*?\*/\s*-?\}\}|\{\{-?(.*?)-?\}\}"
_BLADE = r"\{\{--.*?--\}\}|@\{\{.*?\}\}|\{\{(.*?)\}\}|\{!!(.*?)!!\}|@php\b(?!\s*\()(.*?)@endphp"
TAGS: dict[str, tuple[str, str]] = {
    "erb": (r"<%#.*?%>|<%%|<%[-=]?(.*?)-?%>", "ruby"),
    "eex": (r"<%!--.*?--%>|<%#.*?%>|<%=?(.*?)%>", "elixir"),
    "jinja": (_JINJA, "jinja"),
    "nunjucks": (_JINJA, "nunjucks"),
    "twig": (_JINJA, "twig"),
    "liquid": (_LIQUID, "liquid"),
    "gotmpl": (_GO, "go"),
    "helm": (_GO, "go"),
    "blade": (_BLADE, "php"),
}
"""Of template engines without a grammar in the package; a group is what the engine's code is."""
GRAMMARS = {
    "blade": "html",
    "javascriptreact": "javascript",
    "makefile": "make",
    "mdx": "markdown",
    "shellscript": "bash",
    "typescriptreact": "tsx",
    "jsonc": "json",
}
SAME = {  # outside of their code these templates are HTML
    "javascriptreact": "javascript",
    "typescriptreact": "typescript",
    "jsonc": "json",
    "json5": "json",
    "blade": "html",
    "heex": "html",
    "html_tags": "html",
    "php_only": "php",
    "sass": "scss",
}
HOSTS = frozenset(
    words("""
html vue svelte astro markdown mdx php blade javascript javascriptreact typescript
typescriptreact python ruby rust go java csharp kotlin scala swift dart shellscript
dockerfile makefile nix terraform yaml sql lua perl elixir heex erb eex jinja nunjucks twig
liquid gotmpl helm
""")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    path: Path
    name: str
    """Relative to the folder that was given."""
    language: str
    host: str
    """Its name in the table: of a template with what it is a template of."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One question, with both answers."""

    host: str
    path: str
    line: int
    column: int
    peers: str
    hotseat: str
    at: str
    """The line, with the cursor as `‸`."""
    kind: str
    """agreed, unseen or wrong."""
    right: str = ""
    """Of the verdict that covers it."""

    @property
    def counted(self) -> str:
        return "agreed" if self.right == "hotseat" else self.kind

    @property
    def disagreement(self) -> tuple[str, str, str]:
        return (self.host, self.peers, self.hotseat)


def main() -> None:
    options = _options()
    files = sample(options.folders, options.sample, random.Random(options.seed))
    verdicts = tomllib.loads(options.verdicts.read_text()) if options.verdicts else {}
    places: list[Place] = []
    queries = {"nvim-treesitter": options.nvim, "helix": options.helix}
    for file, spans in ask_peers(files, queries, options.python):
        places += places_of(file, spans, random.Random(f"{options.seed} {file.name}"))
    places = [judged(place, verdicts.get("verdict", [])) for place in places]
    n_files = Counter(file.host for file in files)
    if options.json:
        print(json.dumps(_as_json(places, n_files, options), indent=1))
    else:
        _print_table(places, n_files)
        _print_examples(places, options.examples)


def _options() -> argparse.Namespace:
    summary, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = partial(_existing, Path.is_dir)
    parser.add_argument("nvim", type=folder, help="nvim-treesitter's runtime/queries")
    parser.add_argument("helix", type=folder, help="Helix's runtime/queries")
    parser.add_argument("folders", type=folder, nargs="+", help="folders of real files")
    parser.add_argument(
        "--python",
        type=partial(_existing, Path.is_file),
        required=True,
        help="Python of an environment with tree-sitter-language-pack==0.9.0",
    )
    parser.add_argument("--sample", type=int, default=300, metavar="N", help="files (default 300)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="of the sample (default 1)"
    )
    parser.add_argument("--verdicts", type=partial(_existing, Path.is_file), metavar="FILE")
    parser.add_argument(
        "--examples", type=int, default=5, metavar="N", help="per class of disagreement (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print an object, for scripts")
    return parser.parse_args()


def _existing(is_one: object, text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    if not callable(is_one) or not is_one(path):
        raise argparse.ArgumentTypeError(f"{text} is not what this argument takes")
    return path.absolute()


def sample(folders: Sequence[Path], n: int, chance: random.Random) -> list[File]:
    """Return `n` files, as many of each host as there are, no more than 3 of one folder's host."""
    by_host: dict[str, list[File]] = defaultdict(list)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if file := _file(path, folder):
                by_host[file.host].append(file)
    queues = {}
    for host, files in sorted(by_host.items()):
        chance.shuffle(files)
        by_project: Counter[str] = Counter()
        ranks: list[tuple[int, int, File]] = []
        for file in files:  # one of each project first
            project = file.name.split("/")[0]
            ranks.append((by_project[project], len(ranks), file))
            by_project[project] += 1
        queues[host] = [file for _, _, file in sorted(ranks, key=lambda rank: rank[:2])]
    found: list[File] = []
    while len(found) < n and any(queues.values()):
        for queue in queues.values():
            if queue and len(found) < n:
                found.append(queue.pop(0))
    return found


def _file(path: Path, folder: Path) -> File | None:
    if path.is_symlink() or not path.is_file() or not 100 <= path.stat().st_size <= MAX_BYTES:
        return None
    quick = language_of_name(path.name)  # most files of a project are none of these hosts
    if quick is not None and quick not in HOSTS:
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = text.splitlines()
    language = language_of(path.as_uri(), None, lines[:200], lines[-5:])
    if language not in HOSTS or max(map(len, lines), default=0) > 2_000 or "\r" in text:
        return None
    name = str(path.relative_to(folder))
    return File(path=path, name=name, language=language, host=_host_name(path, language), text=text)


def _host_name(path: Path, language: str) -> str:
    if language == "yaml":
        text = str(path)
        for part, kind in (
            ("/.github/workflows/", "workflow"),
            ("askfile", "Taskfile"),
            ("/tasks/", "Ansible"),
            ("/handlers/", "Ansible"),
            ("_vars/", "Ansible"),
            ("/defaults/", "Ansible"),
            ("/templates/", "Helm"),
        ):
            if part in text:
                return f"yaml ({kind})"
    if language == "html" and "/layouts/" in str(path):
        return "html (Hugo)"
    return language


def _tags_of(file: File) -> tuple[str, str] | None:
    if file.host in ("yaml (Helm)", "yaml (Taskfile)", "html (Hugo)") and "{{" in file.text:
        return TAGS["gotmpl"]
    if file.host in ("yaml (Ansible)", "sql") and "{{" in file.text:
        return TAGS["jinja"]
    if file.language == "html" and "{%" in file.text:
        return TAGS["liquid" if file.text.startswith("---\n") else "jinja"]
    return TAGS.get(file.language)


Spans = Mapping[str, Sequence[tuple[int, int, Sequence[str]]]]


def ask_peers(
    files: Sequence[File], queries: Mapping[str, Path], python: Path
) -> Iterator[tuple[File, Spans]]:
    """Yield what the peers find in each file; a file on which they fail is named on stderr."""
    process: subprocess.Popen[str] | None = None
    for file in files:
        if process is None:
            process = subprocess.Popen(
                [python, PEER_SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            _send(process, {"queries": {name: str(path) for name, path in queries.items()}})
        document = _document(file)
        inner = host_of_document(document, file.language) or file.language
        tags = _tags_of(file)
        request = {
            "path": file.name,
            "text": file.text,
            "grammar": GRAMMARS.get(inner, inner),
            "tags": tags and tags[0],
            "tag_language": tags and tags[1],
        }
        _send(process, request)
        answer = _answer(process)
        if answer is None:
            process.kill()
            process.wait()
            process = None
        if answer is None or "error" in answer:
            print(f"{file.name}: no answer of the peers: {answer}", file=sys.stderr)
            continue
        yield file, answer
    if process is not None and process.stdin is not None:
        process.stdin.close()
        process.wait()


def _send(process: subprocess.Popen[str], message: object) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # its end is seen when the answer is read
        print(json.dumps(message), file=process.stdin, flush=True)


def _answer(process: subprocess.Popen[str]) -> dict[str, Any] | None:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], SECONDS_PER_FILE)
    line = process.stdout.readline() if ready else ""
    return json.loads(line) if line else None


def _document(file: File) -> Document:
    return Document(
        uri=file.path.as_uri(),
        language_id=file.language,
        version=1,
        text=file.text,
        encoding=PositionEncoding.UTF32,
        new_syntax=partial(Syntax, language=file.language),
    )


def places_of(file: File, spans: Spans, chance: random.Random) -> list[Place]:
    """Return places of a file that are clearly inside of a range, or clearly outside of all."""
    data = file.text.encode()
    painted: list[frozenset[str]] = [frozenset()] * len(data)
    for found in spans.values():
        for start, end, names in found:
            said = frozenset(name for name in names if name == "-" or _is_language(name))
            for i in range(start, min(end, len(data))):
                painted[i] = painted[i] | said
    document = _document(file)
    inner = host_of_document(document, file.language) or file.language
    clear = [
        i
        for i in range(1, len(data))
        if painted[i] == painted[i - 1]
        and "-" not in painted[i]
        and not (data[i - 1 : i].isspace() and data[i : i + 1].isspace())
        and data[i] & 0xC0 != 0x80
    ]
    by_stretch: dict[int, list[int]] = defaultdict(list)
    stretch = 0
    for i in range(1, len(data)):
        stretch += painted[i] != painted[i - 1]
        if painted[i]:
            by_stretch[stretch].append(i)
    good = set(clear)
    stretches = [[i for i in part if i in good] for part in by_stretch.values()]
    stretches = [part for part in stretches if part]
    chance.shuffle(stretches)
    inside = [i for part in stretches for i in chance.sample(part, min(2, len(part)))]
    outside = [i for i in clear if not painted[i]]
    chosen = inside[:N_PLACES_INSIDE] + chance.sample(outside, min(N_PLACES_OUTSIDE, len(outside)))
    return [_place(file, document, inner, data, i, painted[i]) for i in chosen]


def _place(
    file: File, document: Document, inner: str, data: bytes, byte: int, said: frozenset[str]
) -> Place:
    before = data[:byte].decode()
    line, column = before.count("\n"), len(before.rpartition("\n")[2])
    position = document.buffer.to_position(line, column, document.encoding)
    hotseat = _same(language_at(document, position, file.language) or "")
    peers = {_same(normalise(name) or name) for name in said} or {_same(inner)}
    at = document.buffer.line(line).rstrip("\n")
    at = at[max(0, column - 70) : column] + "‸" + at[column : column + 50]
    kind = "agreed" if hotseat in peers else "unseen" if hotseat == _same(inner) else "wrong"
    return Place(
        host=file.host,
        path=file.name,
        line=line + 1,
        column=column + 1,
        peers="/".join(sorted(peers)),
        hotseat=hotseat,
        at=at,
        kind=kind,
    )


def _is_language(name: str) -> bool:
    """Not what an editor finds no grammar for: the end of a heredoc, `text` of a fence."""
    return normalise(name) in KNOWN and normalise(name) != "plaintext"


def _same(language: str) -> str:
    return SAME.get(language, language)


def judged(place: Place, verdicts: Sequence[Mapping[str, str]]) -> Place:
    """Return the place with the verdict of the first entry that fits, if it is a disagreement."""
    if place.kind == "agreed":
        return place
    for verdict in verdicts:
        named = all(
            verdict.get(key, said) == said
            for key, said in (
                ("host", place.host),
                ("peers", place.peers),
                ("hotseat", place.hotseat),
                ("kind", place.kind),
            )
        )
        line = place.at.replace("‸", "")
        if (
            named
            and re.search(verdict.get("line", ""), line)
            and re.search(verdict.get("at", ""), place.at)
            and re.search(verdict.get("path", ""), f"{place.path}:{place.line}")
        ):
            return replace(place, right=verdict["right"])
    return place


def _rows(places: Sequence[Place]) -> dict[str, Counter[str]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        for host in (place.host, "all"):
            if place.right == "skip":
                rows[host]["skipped"] += 1
                continue
            rows[host]["places"] += 1
            rows[host][place.counted] += 1
            rows[host]["raw"] += place.kind == "agreed"
            rows[host]["unread"] += place.kind != "agreed" and not place.right
    return rows


def _print_table(places: Sequence[Place], n_files: Counter[str]) -> None:
    names = ("places", "agreed", "unseen", "wrong", "unread", "skipped")
    print(
        f"{'host':18}{'files':>6}" + "".join(f"{n:>9}" for n in names) + f"{'right':>9}{'raw':>8}"
    )
    rows = _rows(places)
    for host in [*sorted(rows.keys() - {"all"}), "all"]:
        row = rows[host]
        n = max(1, row["places"])
        files = n_files[host] if host != "all" else n_files.total()
        print(
            f"{host:18}{files:6}"
            + "".join(f"{row[name]:9}" for name in names)
            + f"{100 * row['agreed'] / n:8.1f}%{100 * row['raw'] / n:7.1f}%"
        )
    wrong = 100 * rows["all"]["wrong"] / max(1, rows["all"]["places"])
    print(f"wrong: {wrong:.2f} % of all places\n")


def _print_examples(places: Sequence[Place], n: int) -> None:
    by_class: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for place in places:
        if place.kind != "agreed":
            by_class[(*place.disagreement, place.right or "unread")].append(place)
    for (host, peers, hotseat, right), found in sorted(
        by_class.items(), key=lambda item: (item[0][3] != "unread", -len(item[1]))
    ):
        print(f"{host}: peers say {peers}, Hotseat {hotseat}: {len(found)} places, {right}")
        for place in found[:n]:
            print(f"    {place.path}:{place.line}:{place.column}: {place.at}")


def _as_json(
    places: Sequence[Place], n_files: Counter[str], options: argparse.Namespace
) -> dict[str, object]:
    return {
        "seed": options.seed,
        "files": n_files.total(),
        "hosts": {
            host: {"files": n_files[host] or n_files.total(), **row}
            for host, row in _rows(places).items()
        },
        "disagreements": [asdict(place) for place in places if place.kind != "agreed"],
    }


if __name__ == "__main__":
    main()
