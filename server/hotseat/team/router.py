"""Ray Serve's request router for the replicas: asks `Placement`, and reports to it.

Ray makes one in the process of the ingress, in an event loop of its own.
"""

from __future__ import annotations

import time
from typing import Any

from ray.serve.request_router import (
    FIFOMixin,
    MultiplexMixin,
    PendingRequest,
    ReplicaID,
    RequestRouter,
    RunningReplica,
)

from hotseat.team.placement import Placement, share


class KeepingRouter(FIFOMixin, MultiplexMixin, RequestRouter):  # type: ignore[misc]
    """Sends a request to the replica that has its model. The mixins keep the order of requests, and
    give a free place to a request of the model that it was found for."""

    def initialize_state(self, **settings: Any) -> None:
        """`bound_bytes` and `sizes` as `Placement` takes them."""
        self._placement = Placement(**settings)
        share(self._placement)

    async def choose_replicas(
        self,
        candidate_replicas: list[RunningReplica],
        pending_request: PendingRequest | None = None,
    ) -> list[list[RunningReplica]]:
        """Return the replicas to try, each a rank of its own; Ray waits and asks again if empty."""
        if pending_request is None:
            return [candidate_replicas]
        pending_request.routing_context.should_backoff = True
        model = pending_request.metadata.multiplexed_model_id
        if not model:
            return [candidate_replicas]
        by_name = {one.replica_id.unique_id: one for one in candidate_replicas}
        queued = self.replica_queue_len_cache
        load = {
            name: (queued.get(one.replica_id) or 0, one.max_ongoing_requests)
            for name, one in by_name.items()
        }
        waited_s = max(0.0, time.time() - pending_request.created_at)
        names = self._placement.place(model, load, waited_s=waited_s, now_s=time.monotonic())
        return [[by_name[name]] for name in names]

    def on_request_routed(
        self, pending_request: PendingRequest, replica_id: ReplicaID, result: Any
    ) -> None:
        metadata = pending_request.metadata
        if metadata.multiplexed_model_id:
            self._placement.routed(
                metadata.internal_request_id,
                replica_id.unique_id,
                metadata.multiplexed_model_id,
                now_s=time.monotonic(),
            )

    def on_request_completed(self, replica_id: ReplicaID, internal_request_id: str) -> None:
        self._placement.ended(internal_request_id, now_s=time.monotonic())
