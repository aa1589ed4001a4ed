"""The roster in force in one window, and what is wrong with its files."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.engines.capabilities import EngineCapabilities
from hotseat.engines.discovery import EngineAddress, find_engine
from hotseat.machine import network
from hotseat.privacy.secret_files import SecretFiles
from hotseat.roster.choice import EngineFound, RosterChoice, roster_choice
from hotseat.roster.diagnostics import Diagnostic, Severity
from hotseat.roster.load import (
    RosterResult,
    load_choice,
    load_text,
    user_network,
    user_path,
    workspace_path,
)
from hotseat.roster.shipped import DEFAULT, shipped_roster
from hotseat.session.settings import Settings
from hotseat.session.trusted import TrustedWorkspaces

STARTER = "starter"
"""Its models come from PyPI: the embedded engine has no library to pull others from."""


Signature = tuple[tuple[int, ...], ...]
"""The state of each file."""


class RosterFiles:
    """The roster of one window. `read` is slow (YAML, disk): call it in a thread.

    Bad files raise no error; `error` and `diagnostics` report them.
    """

    def __init__(self, settings: Settings, workspace: Path | None) -> None:
        self._settings = settings
        self._workspace = workspace
        self._files = self._known_files()
        self._roster = Roster()
        self._on_shared_bases: Roster | None = None
        self.secret_files = SecretFiles()
        """The files that models may not see, by the patterns of the roster in force."""
        self._without_workspace = Roster()
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self._base = DEFAULT
        self._result = RosterResult(roster=self._roster)
        self._address: EngineAddress | None = None
        self._was_good = False
        self._trusted = False
        self.error = ""
        """Why the chosen roster, or a whole file, cannot be used; the last good roster stays in
        force."""
        self._read_signature: Signature = ()

    @property
    def roster(self) -> Roster:
        """Return the roster in force, for the engine that is in use."""
        return self._roster if self._on_shared_bases is None else self._on_shared_bases

    def share_bases(self, shares: bool) -> bool:
        """Note whether the engine holds all adapters together with their base model.

        Return whether that changed the roster.
        """
        if shares == (self._on_shared_bases is not None):
            return False
        self._on_shared_bases = self._roster.on_shared_bases() if shares else None
        return True

    def _put(self, roster: Roster) -> None:
        if not self._settings.statistics:
            rule = replace(roster.completion, statistics=False)
            roster = replace(roster, completion=rule)
        if roster.secrets != self._roster.secrets:
            self.secret_files = SecretFiles(roster.secrets)
        self._roster = roster
        if self._on_shared_bases is not None:
            self._on_shared_bases = roster.on_shared_bases()

    def read(self) -> None:
        """Read the files again. Reads from the disk; raises nothing for bad files."""
        self._read_signature = self.signature()
        was_trusted, self._trusted = self._trusted, self._is_trusted()
        try:
            result = load_choice(
                self._settings.roster, self._workspace, trusted=self._trusted, base=self._base
            )
        except HotseatError as error:
            self.error = str(error)
            network.use(self._roster.network.within(user_network()))
            if not self._was_good:
                self._put(shipped_roster(self._base))
            return
        self.diagnostics = result.diagnostics
        self.error = _broken_text(result)
        # What a trusted roster could do ends with the trust, however its file looks now.
        if result.is_broken and self._was_good and was_trusted == self._trusted:
            network.use(self._roster.network.within(result.roster.network))
            return
        network.use(result.roster.network)
        self._was_good = self._was_good or not result.is_broken
        self._result = result
        self._put(result.roster)
        below = load_choice(self._settings.roster, None, trusted=True, base=self._base)
        self._without_workspace = below.roster

    def signature(self) -> Signature:
        """Return a value that changes with the files, their links, and the trusted workspaces.

        Reads the state of a few files from the disk, and no content.
        """
        files = [*sorted(self._files)]
        if self._settings.trusted is None:
            files.append(TrustedWorkspaces().path)
        return tuple(map(_file_state, files))

    def is_changed(self, signature: Signature) -> bool:
        """Return whether the files were others when they were read last."""
        return signature != self._read_signature

    @property
    def choice(self) -> RosterChoice:
        """Return the shipped roster below the files, and why it was chosen."""
        return _choice(self._result, self._address)

    def fit(self, address: EngineAddress) -> None:
        """Lay files without `use:` over the shipped roster that fits the engine.

        Reads the files again if that is another roster than before.
        """
        self._address = address
        base = fitting_base(address.capabilities)
        if base != self._base:
            self._base = base
            self.read()

    def is_roster(self, path: Path) -> bool:
        """Return whether the roster is read from that file."""
        return path in self._files

    def check(self, path: Path, text: str) -> tuple[Diagnostic, ...]:
        """Return what is wrong with `text`, the unsaved text of that file in the editor."""
        in_workspace = self._workspace is not None and path == workspace_path(self._workspace)
        return load_text(
            text,
            filename=str(path),
            base=self._without_workspace if in_workspace else shipped_roster(self._base),
            origin="workspace" if in_workspace else "user",
            trusted=self._trusted,
        ).diagnostics

    def _is_trusted(self) -> bool:
        """The editor decides; where it does not, `hotseat trust` does."""
        if self._settings.trusted is not None:
            return self._settings.trusted
        return TrustedWorkspaces().trusts(self._workspace)

    def _known_files(self) -> frozenset[Path]:
        chosen = self._settings.roster
        files = [user_path()]
        if chosen is not None:
            files.append(Path(chosen).expanduser())
        if self._workspace is not None:
            files.append(workspace_path(self._workspace))
        return frozenset(files)


def _file_state(path: Path) -> tuple[int, ...]:
    """Return what differs after a change of the file: written to, replaced, or another target."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return ()
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def _broken_text(result: RosterResult) -> str:
    if not result.is_broken:
        return ""
    errors = [str(d) for d in result.diagnostics if d.severity is Severity.ERROR]
    return f"{errors[0]}. Until that is mended, the file does not count" if errors else ""


def fitting_base(engine: EngineCapabilities) -> str:
    """Return the name of the shipped roster for users who named none.

    That is `starter` if the engine has no library to pull other models from.
    """
    return STARTER if engine.pulls_from_sources_only else DEFAULT


def _choice(result: RosterResult, address: EngineAddress | None) -> RosterChoice:
    if address is None:
        return RosterChoice(name=result.base, reason="")
    return roster_choice(
        result.base,
        result.roster,
        is_named=result.base_chosen,
        engine=EngineFound(
            can_start=address.can_start,
            is_running=address.can_start and bool(address.url),
            can_pull=address.capabilities.can_pull,
        ),
        host=result.roster.engine.host if address.can_start else address.url,
    )


async def read_roster(
    choice: str | None, workspace: Path | None, *, trusted: bool, engine_url: str | None = None
) -> RosterResult:
    """Return the roster that a window on the folder `workspace` has now, for commands.

    `choice` is the value of `--roster`, `engine_url` that of `--engine-url`. If neither they nor a
    `use:` name the shipped roster below the files, it is the one that fits the engine that would be
    used (`find_engine`), or the default one if no engine can be looked for. Raises RosterError for
    a roster that does not exist.
    """
    result = load_choice(choice, workspace, trusted=trusted)
    network.use(result.roster.network)
    if result.base_chosen or engine_url is not None:
        return result
    return (await _fitting(result, choice, workspace, trusted=trusted))[0]


async def read_choice(workspace: Path | None, *, trusted: bool) -> RosterChoice:
    """Return which shipped roster a window on the folder `workspace` uses now, and why."""
    result = load_choice(None, workspace, trusted=trusted)
    network.use(result.roster.network)
    return _choice(*await _fitting(result, None, workspace, trusted=trusted))


async def _fitting(
    result: RosterResult, choice: str | None, workspace: Path | None, *, trusted: bool
) -> tuple[RosterResult, EngineAddress | None]:
    """Return the result over the shipped roster that fits the engine, with that engine."""
    try:
        address = await find_engine(result.roster.engine)
    except HotseatError:  # the code that uses the engine reports it
        return result, None
    base = fitting_base(address.capabilities)
    if result.base_chosen or base == result.base:
        return result, address
    fitting = await asyncio.to_thread(load_choice, choice, workspace, trusted=trusted, base=base)
    return fitting, address
