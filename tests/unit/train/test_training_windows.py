"""Examples: full windows, the same for a seed, languages in turn, other languages now and then."""

from __future__ import annotations

import random
from itertools import islice

from hotseat.completion.prompt.fim_templates import FAMILIES
from hotseat.train.fill import FillExampleMaker, cut_node
from hotseat.train.sources import SourceFile
from hotseat.train.windows import OTHERS_EVERY, TrainingWindow, examples, fixed_windows

SEPARATOR = 1
CONTROL = {"<|fim_prefix|>": 2, "<|fim_suffix|>": 3, "<|fim_middle|>": 4}
PYTHON = """\
def total(items):
    found = [item.price for item in items]
    if not found:
        return default("none")
    return sum(found)
"""


def encode(text: str) -> list[int]:
    return [ord(char) for char in text]


def text_of(ids: tuple[int, ...] | list[int]) -> str:
    return "".join(chr(i) for i in ids if i > 9)


def file(name: str, text: str, language: str = "python") -> SourceFile:
    return SourceFile(folder="shop", path=name, language=language, dialect=language, text=text)


def drawn(
    files: list[SourceFile], n: int, *, seed: int = 1, others: list[SourceFile] | None = None
) -> list[TrainingWindow]:
    stream = examples(
        files, others or [], encode=encode, separator=SEPARATOR, n_tokens=64, seed=seed
    )
    return list(islice(stream, n))


FILES = [file(f"{i}.py", f"a{i}" * 300) for i in range(8)]


def test_windows_are_full_and_the_seed_decides() -> None:
    windows = drawn(FILES, 200)
    assert all(len(w.ids) == w.n_real == 64 for w in windows)
    assert windows == drawn(FILES, 200)
    assert windows != drawn(FILES, 200, seed=2)


def test_a_long_file_does_not_crowd_out_the_others() -> None:
    files = [file("long.py", "L" * 100_000), *FILES]
    windows = drawn(files, 300)
    n_long = sum(text_of(w.ids).count("L") > 32 for w in windows)
    assert n_long < 150


def test_languages_take_turns_and_others_come_in_between() -> None:
    files = [*FILES, file("a.go", "g" * 900, "go")]
    windows = drawn(files, 100, others=[file("a.rb", "R" * 900, "ruby")])
    n_ruby = sum("R" in text_of(w.ids) for w in windows)
    n_go = sum("g" in text_of(w.ids) for w in windows)
    assert n_ruby == 100 // OTHERS_EVERY
    assert 40 <= n_go <= 50


def test_what_is_evaluated_on_is_fixed_and_of_many_files() -> None:
    def fixed(files: list[SourceFile]) -> list[TrainingWindow]:
        return fixed_windows(files, encode=encode, separator=SEPARATOR, n_tokens=64, n=5, seed=1)

    windows = fixed(FILES)
    assert len(windows) == 5
    assert windows == fixed(FILES[::-1])
    assert fixed([file("short.py", "x")]) == []


def open_span_filler(family: str = "qwen", n_tokens: int = 128) -> FillExampleMaker:
    return FillExampleMaker(
        template=FAMILIES[family],
        encode=encode,
        encode_control=lambda text: [CONTROL[text]],
        end=SEPARATOR,
        n_tokens=n_tokens,
    )


def test_a_hole_is_a_piece_of_syntax() -> None:
    found = {cut_node(file("a.py", PYTHON), random.Random(i)) for i in range(400)}
    texts = {PYTHON[slice(*cut)] for cut in found if cut}
    assert "item.price" in texts
    assert 'default("none")' in texts


def test_a_filled_middle_follows_its_context_and_ends() -> None:
    source = file("a.py", PYTHON)
    for i in range(30):
        window = open_span_filler()(source, random.Random(i))
        if window is None:
            continue
        ids = list(window.ids)
        assert len(ids) == 128
        real = ids[: window.n_real]
        assert real[0] == 2
        assert real[-1] == SEPARATOR
        prefix = text_of(real[1 : real.index(3)])
        suffix = text_of(real[real.index(3) + 1 : real.index(4)])
        middle = text_of(real[real.index(4) + 1 : -1])
        assert prefix + middle + suffix in PYTHON
        assert set(ids[window.n_real :]) <= {SEPARATOR}


def test_half_of_the_examples_are_filled_in_where_the_base_can() -> None:
    files = [file(f"{i}.py", PYTHON * 9 + f"# {i}\n") for i in range(4)]
    stream = examples(
        files, [], encode=encode, separator=SEPARATOR, n_tokens=128, seed=1, fill=open_span_filler()
    )
    windows = list(islice(stream, 200))
    n_filled = sum(4 in w.ids for w in windows)
    assert 60 <= n_filled <= 140


def test_a_language_without_grammar_has_no_holes() -> None:
    assert open_span_filler()(file("a.nix", "x = 1;\n" * 40, "nix"), random.Random(1)) is None
