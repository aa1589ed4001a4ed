"""The one exception tree. Every error that a user may see says what happened and what to do.

HotseatError
├── RosterError            experts.yaml cannot be used at all
├── EngineError            something between Hotseat and the engine
│   ├── EngineUnavailable  nothing answers at its address
│   │   └── EngineSilent   something takes the connection, and does not answer
│   ├── EngineRejected     it answered with an error of its own
│   │   └── ModelNotFound  it does not have that model
│   └── EngineGarbled      it answered something that is not its protocol, or broke off mid-stream
├── ModelFileInvalid       a GGUF that must not be loaded (cut short, lying about sizes)
└── SourceError            a model could not be fetched
    └── DownloadRefused    the user allows no downloads (`network:`)

"No suggestion" is a value, never an exception.
"""

from __future__ import annotations


class HotseatError(Exception):
    """`message` says what happened and where, `hint` what the user can do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class RosterError(HotseatError):
    """experts.yaml cannot be used at all (single bad entries are diagnostics, not exceptions)."""


class EngineError(HotseatError):
    """Something went wrong between Hotseat and the engine."""


class EngineUnavailable(EngineError):
    """Nothing answers at the engine's address."""


class EngineSilent(EngineUnavailable):
    """Something takes connections at the engine's address and does not answer."""


class EngineRejected(EngineError):
    """The engine answered with an error: `status` is the HTTP status, 200 for one in a stream."""

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class ModelNotFound(EngineRejected):
    """The engine does not have `model`. Who knows the roster and the engine gives a hint that names
    the command (`engines.pull_hint`)."""

    def __init__(self, model: str, *, hint: str = "") -> None:
        super().__init__(
            f"model '{model}' not found",
            status=404,
            hint=hint or "`hotseat doctor` says how to get it",
        )
        self.model = model


class EngineGarbled(EngineError):
    """The engine's answer is not its protocol, or it broke off in the middle."""


class ModelFileInvalid(HotseatError):
    """A GGUF file that must not reach llama.cpp."""


class SourceError(HotseatError):
    """A model could not be fetched from its source."""


class DownloadRefused(SourceError):
    """The user's `network:` or HOTSEAT_NETWORK allows no downloads."""
