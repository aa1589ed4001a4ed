"""What an editor sends as a prompt, as one text."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from acp.schema import ResourceContentBlock, TextContentBlock

from hotseat.acp.prompts import prompt_text


@pytest.mark.parametrize("uri", ["http://[", "file://[x/a.go", "//[", "file:///w/../x", "", "\0"])
def test_a_link_that_is_no_file_of_the_workspace_is_its_name(uri: str) -> None:
    blocks = [
        TextContentBlock(type="text", text="Look at"),
        ResourceContentBlock(type="resource_link", name="a.go", uri=uri),
    ]
    assert prompt_text(blocks, PurePosixPath("/w")) == "Look at a.go"
