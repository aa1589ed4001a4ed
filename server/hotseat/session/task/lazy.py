"""The tasks of a window, made when they are first asked for: most windows have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.session.task.service import TaskService


class LazyTasks:
    """`make` makes the service; None without a workspace."""

    def __init__(self, make: Callable[[], TaskService] | None) -> None:
        self._make = make
        self._service: TaskService | None = None

    def service(self) -> TaskService:
        """Return the tasks. Raises HotseatError without a workspace."""
        if self._make is None:
            raise HotseatError("There is no folder open", hint="Open the folder of the project")
        if self._service is None:
            self._service = self._make()
        return self._service

    async def aclose(self) -> None:
        """Stop the tasks that run; they can be resumed."""
        if self._service is not None:
            await self._service.aclose()
