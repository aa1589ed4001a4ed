"""What could identify a user or a project is not in a report."""

from __future__ import annotations

import pytest

from hotseat.privacy.report_scrubber import ReportScrubber

SCRUBBER = ReportScrubber(
    "salt",
    names=("jane", "jane-laptop", "JANE_KEY"),
    paths=("/home/jane", "/home/jane/my shop/experts.yaml", "C:\\Users\\Jane Doe"),
    keep=("qwen2.5-coder:1.5b", "qwen2.5-coder", "hf.co/org/model.gguf", "hotseat/go"),
)
SECRETS = ("jane", "doe", "shop", "cart", "evil", "secret", "blob", ".go", "10.0.0", "corp")


@pytest.mark.parametrize(
    "text",
    [
        "/home/jane/my shop/experts.yaml:3:1: no such model",
        "/srv/my shop/evil corp/cart.go is not readable",
        "cannot read '/srv/my shop/cart.go'",
        "cart.go, .secret.env and src/cart.go",
        "..\\shop\\cart.go and .\\shop",
        "~/shop/cart.go",
        "~jane/shop",
        "D:\\evil corp\\cart.go: denied",
        "C:\\Users\\Jane Doe\\shop\\cart.go",
        "\\\\evil\\shop\\cart.go",
        "file:///srv/shop/cart.go",
        "vscode-remote://ssh+evil/shop/cart.go",
        "http://evil.example:8000/v1 and https://jane:secret@127.0.0.1/x",
        "http://127.0.0.1:11434/blob/shop",
        "10.0.0.7:8000 is down",
        "jane@corp.example",
        "Jane's laptop is jane-laptop; the key is in JANE_KEY",
    ],
)
def test_paths_files_hosts_and_names_are_hashed(text: str) -> None:
    scrubbed = SCRUBBER.text(text).lower()
    assert not [secret for secret in SECRETS if secret in scrubbed], scrubbed
    assert "#" in scrubbed or "127.0.0.1" in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "qwen2.5-coder:1.5b takes about 1.20 GB",
        "hf.co/org/model.gguf",
        "0.33.0 at http://127.0.0.1:11434",
        "http://localhost:8000",
        "Ollama's list at http://127.0.0.1:11434 isn't complete",
        "go is under the cursor; no room for it in the budget",
        "hotseat engine: INFO: 3 slots, 12.5 tokens/s"[:33],
        "makes room for go (demanded: go is under the cursor)",
    ],
)
def test_what_a_maintainer_needs_stays(text: str) -> None:
    assert SCRUBBER.text(text) == text


def test_hashes_are_equal_within_a_report_and_differ_between_reports() -> None:
    other = ReportScrubber("other salt")
    assert SCRUBBER.text("/a/b") == SCRUBBER.text("/a/b") == SCRUBBER.hash("/a/b")
    assert other.text("/a/b") != SCRUBBER.text("/a/b")
    assert (len(other.hash("x")), other.hash("")) == (9, "")


def test_all_strings_of_a_value_are_scrubbed() -> None:
    value = {"files": ["/home/jane/a", {"x": "b.go"}], "n": 3, "none": None}
    scrubbed = SCRUBBER.values(value)
    assert scrubbed["n"] == 3
    assert "jane" not in str(scrubbed)
    assert "b.go" not in str(scrubbed)
