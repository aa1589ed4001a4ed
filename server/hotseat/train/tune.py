"""The training loop: AdamW over a low-rank adapter, evaluated at intervals, the best weights kept,
with early stopping.

Owns steps, schedule and evaluation. The same settings, base, files and machine give the same bytes;
a training that was interrupted and resumed gives the same result as one that was not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from hotseat.train.checkpoint import Checkpoint, Checkpoints
from hotseat.train.errors import Stopped
from hotseat.train.likelihood import hidden_states
from hotseat.train.lora import TRAINED, Adapted
from hotseat.train.windows import TrainingWindow

_HEAD_CHUNK = 256
"""Positions whose logits are in memory at a time: 50 MB with a vocabulary of 50,000 tokens."""
_PASS_TOKENS = 512
"""Tokens in one forward and backward pass; a batch is split into such passes to halve its
memory."""
_MAX_NORM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """The settings that, with base and files, determine the result."""

    steps: int = 150
    batch: int = 4
    n_tokens: int = 256
    rank: int = 8
    alpha: float = 16.0
    learning_rate: float = 1e-3
    warmup_share: float = 0.06
    last_rate_share: float = 0.05
    """The final learning rate of the cosine schedule, as a share of the learning rate."""
    evaluate_every: int = 25
    n_evaluated: int = 24
    patience: int = 4
    """Training stops after this number of evaluations without a better one."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """The state of the training loop, for display."""

    step: int
    steps: int
    loss: float
    """The loss of the last step, in nats per token."""
    held_out: float | None
    """The loss at the last evaluation, in nats per token."""
    first_held_out: float | None
    """The loss of the base."""
    tokens_per_s: float
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The result of the training loop."""

    weights: dict[str, Any]
    """The best weights, by the names of `Adapted.weights`."""
    best_step: int
    steps: int
    n_tokens: int
    seconds: float
    """Seconds of work, over all runs."""
    evaluations: tuple[tuple[int, float], ...]
    """Step, and nats per token on the held-out windows."""

    def as_json(self) -> dict[str, Any]:
        return {
            "steps": self.steps,
            "best_step": self.best_step,
            "n_tokens": self.n_tokens,
            "seconds": round(self.seconds, 1),
            "tokens_per_s": round(self.n_tokens / self.seconds) if self.seconds else None,
            "evaluations": [[step, round(loss, 4)] for step, loss in self.evaluations],
        }


def tune(
    adapted: Adapted,
    windows: Iterator[TrainingWindow],
    held_out: Sequence[TrainingWindow],
    settings: TrainingSettings,
    checkpoints: Checkpoints,
    *,
    start: Checkpoint | None,
    on_progress: Callable[[TrainingProgress], None],
    is_stopped: Callable[[], bool],
) -> Tuned:
    """Train the adapter and return its best weights.

    `start` is the checkpoint to resume from. Raises Stopped, after writing a checkpoint, when
    `is_stopped` returns True; raises HotseatError on a full disk.
    """
    import torch

    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.set_float32_matmul_precision("high")
    adapted.add(TRAINED, rank=settings.rank, alpha=settings.alpha)
    weights = adapted.weights(TRAINED)
    optimizer = torch.optim.AdamW(
        list(weights.values()), lr=settings.learning_rate, betas=(0.9, 0.99), weight_decay=0.0
    )
    state = start
    if state is None:
        best = {name: w.detach().clone() for name, w in weights.items()}
        state = Checkpoint(step=0, n_tokens=0, seconds=0.0, evaluations=(), best_step=0, best=best)
    else:
        _restore(state, weights, optimizer)
        for _ in islice(windows, state.step * settings.batch):
            pass
    if is_stopped():
        raise Stopped.after(state.step, settings.steps)
    model = adapted.loaded.model
    began_s = time.monotonic() - state.seconds
    n_tokens_before, resumed_s = state.n_tokens, time.monotonic()
    loss = math.nan
    while True:
        if state.step % settings.evaluate_every == 0 or state.step == settings.steps:
            state = _evaluated(state, model, weights, held_out)
        is_over = state.step >= settings.steps or _is_late(state, settings)
        seconds = time.monotonic() - began_s
        state = replace(state, seconds=seconds)
        on_progress(_progress(state, settings, loss, n_tokens_before, resumed_s))
        wants_stop = is_stopped()
        if is_over or wants_stop or (state.step and state.step % settings.evaluate_every == 0):
            checkpoints.write(replace(state, weights=weights, optimizer=optimizer.state_dict()))
        if is_over:
            break
        if wants_stop:
            raise Stopped.after(state.step, settings.steps)
        batch = list(islice(windows, settings.batch))
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _rate(state.step, settings)
        loss = _step(model, optimizer, weights, batch)
        state = replace(
            state,
            step=state.step + 1,
            n_tokens=state.n_tokens + sum(w.n_real for w in batch),
        )
    return Tuned(
        weights=state.best,
        best_step=state.best_step,
        steps=state.step,
        n_tokens=state.n_tokens,
        seconds=state.seconds,
        evaluations=state.evaluations,
    )


def evaluate(model: Any, windows: Sequence[TrainingWindow], *, batch: int = 4) -> float:
    """Return the mean loss in nats per token."""
    import torch

    nats, n = 0.0, 0
    with torch.inference_mode():
        for at in range(0, len(windows), batch):
            found, n_found = _loss(model, windows[at : at + batch])
            nats += float(found) * n_found
            n += n_found
    return nats / max(1, n)


def _step(
    model: Any, optimizer: Any, weights: dict[str, Any], batch: Sequence[TrainingWindow]
) -> float:
    import torch

    optimizer.zero_grad(set_to_none=True)
    n_all = sum(w.n_real - 1 for w in batch)
    lost = 0.0
    n_at_once = max(1, _PASS_TOKENS // len(batch[0].ids))
    for at in range(0, len(batch), n_at_once):
        loss, n = _loss(model, batch[at : at + n_at_once])
        share = loss * (n / n_all)
        share.backward()
        lost += float(share.detach())
    torch.nn.utils.clip_grad_norm_(list(weights.values()), _MAX_NORM)
    optimizer.step()
    return lost


def _loss(model: Any, batch: Sequence[TrainingWindow]) -> tuple[Any, int]:
    """Return the mean loss in nats per token, and the number of tokens."""
    import torch

    ids = torch.tensor([w.ids for w in batch], device=model.device)
    n_real = torch.tensor([w.n_real for w in batch], device=model.device)
    counts = torch.arange(1, ids.shape[1], device=model.device)[None] < n_real[:, None]
    hidden = hidden_states(model, ids)[:, :-1]
    head = model.get_output_embeddings().weight
    chosen = hidden[counts]
    total = _head_loss()(chosen, head, ids[:, 1:][counts])
    return total / chosen.shape[0], chosen.shape[0]


_function: Any = None


def _head_loss() -> Any:
    """Return a function for summed cross-entropy through a frozen output matrix.

    Its gradient is computed piece by piece in the forward pass, so that the logits of a batch,
    which are larger than everything else, are never in memory together.
    """
    global _function
    if _function is not None:
        return _function
    import torch

    class HeadLoss(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, hidden: Any, head: Any, targets: Any) -> Any:
            total = hidden.new_zeros(())
            wants_gradient = ctx.needs_input_grad[0]
            gradient = torch.empty_like(hidden) if wants_gradient else None
            for at in range(0, hidden.shape[0], _HEAD_CHUNK):
                piece, wanted = hidden[at : at + _HEAD_CHUNK], targets[at : at + _HEAD_CHUNK]
                logits = piece @ head.T
                rows = torch.arange(len(wanted), device=wanted.device)
                norms = torch.logsumexp(logits, dim=-1)
                total += (norms - logits[rows, wanted]).sum()
                if gradient is not None:
                    shares = logits.sub_(norms[:, None]).exp_()
                    shares[rows, wanted] -= 1.0
                    gradient[at : at + _HEAD_CHUNK] = shares @ head
            if gradient is not None:
                ctx.save_for_backward(gradient)
            return total

        @staticmethod
        def backward(ctx: Any, *outer: Any) -> Any:
            (gradient,) = ctx.saved_tensors
            return gradient * outer[0], None, None

    _function = HeadLoss.apply
    return _function


def _evaluated(
    state: Checkpoint, model: Any, weights: dict[str, Any], held_out: Sequence[TrainingWindow]
) -> Checkpoint:
    if state.evaluations and state.evaluations[-1][0] == state.step:  # resumed at this step
        return state
    lost = evaluate(model, held_out)
    least = min((loss for _, loss in state.evaluations), default=math.inf)
    state = replace(state, evaluations=(*state.evaluations, (state.step, lost)))
    if lost < least:
        best = {name: w.detach().clone() for name, w in weights.items()}
        state = replace(state, best=best, best_step=state.step)
    return state


def _is_late(state: Checkpoint, settings: TrainingSettings) -> bool:
    return state.step - state.best_step >= settings.patience * settings.evaluate_every


def _rate(step: int, settings: TrainingSettings) -> float:
    """Return the share of the learning rate: linear warm-up, then a cosine."""
    n_warm = max(1, round(settings.warmup_share * settings.steps))
    if step < n_warm:
        return (step + 1) / n_warm
    done = (step - n_warm) / max(1, settings.steps - n_warm)
    low = settings.last_rate_share
    return low + (1 - low) * (1 + math.cos(math.pi * done)) / 2


def _progress(
    state: Checkpoint,
    settings: TrainingSettings,
    loss: float,
    n_tokens_before: int,
    resumed_s: float,
) -> TrainingProgress:
    elapsed_s = max(1e-6, time.monotonic() - resumed_s)
    rate = (state.n_tokens - n_tokens_before) / elapsed_s
    n_left = (settings.steps - state.step) * settings.batch * settings.n_tokens
    return TrainingProgress(
        step=state.step,
        steps=settings.steps,
        loss=loss,
        held_out=state.evaluations[-1][1] if state.evaluations else None,
        first_held_out=state.evaluations[0][1] if state.evaluations else None,
        tokens_per_s=rate,
        left_s=n_left / rate if rate else math.nan,
    )


def _restore(state: Checkpoint, weights: dict[str, Any], optimizer: Any) -> None:
    import torch

    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(state.weights[name])
    optimizer.load_state_dict(state.optimizer)


def settings_key(settings: TrainingSettings, **others: Any) -> dict[str, Any]:
    """Return the settings that must be equal for a checkpoint to be resumed."""
    return {**asdict(settings), **others}
