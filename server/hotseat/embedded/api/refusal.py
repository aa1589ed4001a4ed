"""The engine's answer to a request without its token: what to set, and the proof of who it is."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from hotseat.engines.proof import NONCE_HEADER, PROOF_HEADER, proof, proof_key
from hotseat.serving.guard import Refuse
from hotseat.serving.openai.form import error_object
from hotseat.serving.wire import json_response


def engine_refusal(*, port: int, token: str, token_at: Path) -> Refuse:
    """Return what makes the answer; `token_at` is the file that holds the token.

    A request with a nonce gets the proof that this is the engine at `port` (engines/proof.py).
    """
    key = proof_key(token)
    message = (
        "unauthorized: this engine answers only its user. Set OLLAMA_API_KEY to the "
        f"token in {token_at}; `hotseat engine --print-env` prints the command"
    )

    def refuse(scope: Scope) -> Response:
        is_openai = str(scope["path"]).startswith("/v1/")
        refusal = json_response(
            error_object(401, message) if is_openai else {"error": message}, 401
        )
        if nonce := Headers(scope=scope).get(NONCE_HEADER):
            refusal.headers[PROOF_HEADER] = proof(key, port, nonce)
        return refusal

    return refuse
