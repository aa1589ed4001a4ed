"""The changes of a file: joined where steps touch, taken one by one, undone, and as a diff."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.diffs import TextEdit, text_edits, unified_diff

WORDS = ("a", "b", "c", "", "x y", "d")


def applied(base: str, edits: tuple[TextEdit, ...]) -> str:
    lines = base.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for edit in reversed(edits):
        start, end = (starts[line] + column for line, column in (edit.start, edit.end))
        base = base[:start] + edit.text + base[end:]
    return base


def random_changes(random_: random.Random) -> tuple[FileChanges, str]:
    """Changes of three steps, and the text that they are to give."""
    end = random_.choice(["\n", "\r\n"])
    base = end.join(random_.choice(WORDS) for _ in range(random_.randint(1, 12)))
    file = FileChanges(path="f.txt", base=base + random_.choice(["", end]))
    text = file.text
    for step in (1, 2, 3):
        now = text.split("\n")
        first = random_.randint(0, len(now))
        stop = random_.randint(first, len(now))
        new = [
            random_.choice(WORDS) + ("\r" if end == "\r\n" else "")
            for _ in range(random_.randint(0, 4))
        ]
        if not (wanted := [*now[:first], *new, *now[stop:]]):
            continue
        file, text = file.with_lines(step, first, stop, new), "\n".join(wanted)
    return file, text


def test_any_changes_give_the_text_and_are_taken_and_undone_one_by_one() -> None:
    random_ = random.Random(1)
    for _ in range(500):
        file, text = random_changes(random_)
        assert file.text == text
        assert applied(file.base or "", text_edits(file)) == text
        some = [random_.random() < 0.5 for _ in file.changes]
        partly = file.text_with(some)
        found = file.accepted_in(partly)
        assert found is not None
        assert file.text_with(found) == partly
        undone = file.undone(found)
        assert (undone.base, undone.text) == (partly, file.base)
        assert applied(partly, text_edits(undone)) == file.base


def test_git_applies_the_diffs(tmp_path: Path) -> None:
    random_, diffs = random.Random(2), []
    wanted = {}
    for n in range(60):
        file, text = random_changes(random_)
        file = FileChanges(path=f"{n}/ä {n}.txt", base=file.base, changes=file.changes)
        path = tmp_path / file.path
        path.parent.mkdir()
        path.write_bytes((file.base or "").encode())
        diffs.append(unified_diff(file))
        wanted[path] = text.encode()
    new = FileChanges(path="new/file.go", base=None).with_lines(1, 0, 1, ["package new", ""])
    diffs.append(unified_diff(new))
    wanted[tmp_path / "new/file.go"] = b"package new\n"
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, input="".join(diffs).encode(), cwd=tmp_path, check=True)
    assert {path: path.read_bytes() for path in wanted} == wanted
    gone = new.undone([True])
    diff = unified_diff(gone, removes=True)
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    assert not (tmp_path / "new/file.go").exists()


def test_a_step_that_changes_what_another_wrote_shares_its_change() -> None:
    file = FileChanges(path="f", base="a\nb\nc\nd\ne\n").with_lines(1, 1, 2, ["B"])
    file = file.with_lines(2, 4, 5, ["E"]).with_lines(3, 1, 3, ["BB", "C"])
    assert [(c.first, c.stop, c.lines, c.steps) for c in file.changes] == [
        (1, 3, ("BB", "C"), (1, 3)),
        (4, 5, ("E",), (2,)),
    ]
    assert file.accepted_in("a\nb\nc\nd\nE\n") == (False, True)
    assert file.accepted_in("a\nb\nc\nd\nE\n// more\n") is None


def test_a_diff_of_a_large_file_takes_no_time() -> None:
    base = "".join(f"line {n % 7}\n" for n in range(200_000))
    lines = base.split("\n")
    file = FileChanges(path="f", base=base).with_lines(1, 0, len(lines), [*lines[:-2], "x", ""])
    assert len(unified_diff(file).splitlines()) == 3 + 1 + 3 + 2
