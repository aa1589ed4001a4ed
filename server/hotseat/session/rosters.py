"""The roster in force in one window, and what is wrong with its files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import EngineKind, Roster
from hotseat.keeper.engine_discovery import find_engine
from hotseat.roster.diagnostics import Diagnostic
from hotseat.roster.load import (
    RosterResult,
    load_choice,
    load_text,
    user_path,
    workspace_path,
)
from hotseat.roster.shipped import shipped_roster
from hotseat.session.settings import Settings
from hotseat.session.trusted import TrustedWorkspaces


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
        self._without_workspace = Roster()
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self._starter = False
        self._trusted = False
        self._trusted_digest: str | None = None
        self.is_default = False
        """Neither a setting nor a file of the user chooses a roster."""
        self.error = ""
        """Why the chosen roster cannot be used at all; the last good one stays in force."""

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
        self._roster = roster
        if self._on_shared_bases is not None:
            self._on_shared_bases = roster.on_shared_bases()

    def read(self) -> None:
        """Read the files again. Reads from the disk; raises nothing for bad files."""
        self._trusted_digest = self._digest()
        self._trusted = self._is_trusted()
        try:
            result = load_choice(self._settings.roster, self._workspace, trusted=self._trusted)
        except HotseatError as error:
            self.error = str(error)
            if not self.roster.experts:
                self._put(shipped_roster("ollama"))
            return
        self.error = ""
        self._put(result.roster)
        self.diagnostics = result.diagnostics
        below = load_choice(self._settings.roster, None, trusted=True)
        self._without_workspace = below.roster
        mine = any(path.is_file() for path in result.files)
        self.is_default = self._settings.roster is None and not mine
        if self.is_default and self._starter:
            self.use_starter()

    def is_trust_old(self) -> bool:
        """Return whether the user's trust in the workspace's roster has changed since it was read.

        False if the editor decides about trust. Reads a small file.
        """
        return self._settings.trusted is None and self._digest() != self._trusted_digest

    def use_starter(self) -> None:
        """Use the starter roster: the default one's models come from Ollama, which is not there."""
        self._starter = True
        self._put(shipped_roster("starter"))

    def is_roster(self, path: Path) -> bool:
        """Return whether the roster is read from that file."""
        return path in self._files

    def check(self, path: Path, text: str) -> tuple[Diagnostic, ...]:
        """Return what is wrong with `text`, the unsaved text of that file in the editor."""
        in_workspace = self._workspace is not None and path == workspace_path(self._workspace)
        return load_text(
            text,
            filename=str(path),
            base=self._without_workspace if in_workspace else shipped_roster("ollama"),
            origin="workspace" if in_workspace else "user",
            trusted=self._trusted,
        ).diagnostics

    def _is_trusted(self) -> bool:
        """The editor decides; without a word of its own, `hotseat trust` does."""
        if self._settings.trusted is not None:
            return self._settings.trusted
        return TrustedWorkspaces().trusts(self._workspace)

    def _digest(self) -> str | None:
        return TrustedWorkspaces().digest_of(self._workspace) if self._workspace else None

    def _known_files(self) -> frozenset[Path]:
        chosen = self._settings.roster
        files = [user_path()]
        if chosen is not None:
            files.append(Path(chosen).expanduser())
        if self._workspace is not None:
            files.append(workspace_path(self._workspace))
        return frozenset(files)


async def fitting_roster(result: RosterResult, choice: str | None) -> RosterResult:
    """Return the roster for a command: `starter` if the user chose none and there is no Ollama.

    `choice` is the value of `--roster`, and `result` the roster that was read for it.
    """
    if choice is not None or any(path.is_file() for path in result.files):
        return result
    address = await find_engine(result.roster.engine)
    if address.kind is not EngineKind.EMBEDDED:
        return result
    return replace(result, roster=shipped_roster("starter"))
