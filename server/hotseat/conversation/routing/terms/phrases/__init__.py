"""What is asked about languages in everyday words, of weight 3 and 2. See `terms`."""

from __future__ import annotations

from collections.abc import Mapping

from hotseat.conversation.routing.terms.phrases import (
    browser,
    compiled,
    go_rust,
    markup,
    mobile_jvm,
    operations,
    queries,
    scripting,
    scripts,
    work,
)

ALL: Mapping[str, tuple[str, str]] = {
    **browser.PHRASES,
    **compiled.PHRASES,
    **go_rust.PHRASES,
    **markup.PHRASES,
    **mobile_jvm.PHRASES,
    **operations.PHRASES,
    **queries.PHRASES,
    **scripting.PHRASES,
    **scripts.PHRASES,
    **work.PHRASES,
}
