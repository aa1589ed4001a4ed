"""Which requests are refused without being carried out, and how a message's JSON is decoded. Pure.

The codes are those of JSON-RPC 2.0 (section 5.1) and LSP 3.17 ("Server lifecycle").
"""

from __future__ import annotations

import json
import math
from enum import Enum, auto
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)

from hotseat.lsp import names

_INT_DIGITS = 20
"""Longer numbers become floats: no field of LSP holds them, and Python refuses to read more than
4,300 digits as an integer."""
_ALWAYS = frozenset({types.EXIT})
_NOT_CANCELLED = frozenset({types.INITIALIZE, types.SHUTDOWN})


class Stage(Enum):
    """How far the conversation with the client is."""

    BEFORE_INITIALIZE = auto()
    OPEN = auto()
    ENDING = auto()
    """`shutdown` has arrived; its answer may still be under way."""


def decode(body: bytes) -> Any:
    """Return the JSON of a message. Raises ValueError, and RecursionError where it nests too deep.

    A number with too many digits is infinite or inexact, so that it is refused by the field that
    holds it, and the request that it is in can be answered.
    """
    try:
        return json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        return json.loads(body, parse_int=_number)


def is_message(data: dict[str, Any]) -> bool:
    """Return whether it is a JSON-RPC 2.0 request, notification or response."""
    if data.get("jsonrpc") != "2.0" or not (data.get("id") is None or is_id(data["id"])):
        return False
    return isinstance(data["method"], str) if "method" in data else "id" in data


def is_id(value: Any) -> bool:
    """Return whether LSP allows it as the id of a request."""
    return isinstance(value, (int, str)) and not isinstance(value, bool)


def echoed_id(message: Any) -> int | float | str | None:
    """Return the id with which a message is refused; None if it cannot be written as one."""
    id_ = message.get("id") if isinstance(message, dict) else None
    if is_id(id_) or (isinstance(id_, float) and math.isfinite(id_)):
        return id_
    return None


def is_dropped(method: str, stage: Stage) -> bool:
    """Return whether a notification is ignored at that stage."""
    return stage is not Stage.OPEN and method not in _ALWAYS


def may_be_cancelled(method: str | None) -> bool:
    """Return whether `$/cancelRequest` has an effect on a request of that method."""
    return method is not None and method not in _NOT_CANCELLED


def refusal(id_: Any, method: str, stage: Stage, *, is_in_use: bool) -> JsonRpcException | None:
    """Return the error that answers a request; None if it is to be carried out.

    `is_in_use`: another request with that id has no answer yet.
    """
    if stage is Stage.ENDING:
        return JsonRpcInvalidRequest("The server was shut down: it accepts no more requests")
    if not is_id(id_):
        return JsonRpcInvalidRequest("The id of a request is an integer or a string")
    if is_in_use:
        return JsonRpcInvalidRequest("Another request with this id has no answer yet")
    if stage is Stage.BEFORE_INITIALIZE and method != types.INITIALIZE:
        return JsonRpcServerNotInitialized("The first request must be initialize")
    if is_notification(method):
        return JsonRpcInvalidRequest(f"{method} is a notification: it has no id")
    return None


def is_notification(method: str) -> bool:
    """Return whether LSP or `names` define the method as one without an answer."""
    if method in names.FROM_CLIENT:
        return method in names.NOTIFICATIONS
    known = types.METHOD_TO_TYPES.get(method)
    return known is not None and known[1] is None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _INT_DIGITS else float(digits)
