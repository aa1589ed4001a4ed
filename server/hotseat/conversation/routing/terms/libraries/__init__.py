"""Libraries, tools and errors that belong to one language by name. See `terms` for the format."""

from __future__ import annotations

from collections.abc import Mapping

from hotseat.conversation.routing.terms.libraries import (
    code,
    data,
)

ALL: Mapping[str, str] = {
    **code.NAMES,
    **data.NAMES,
}
