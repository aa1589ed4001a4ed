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
    """`read` is slow (YAML, disk): call it off the event loop. It never raises for bad files."""

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
        """Nobody has said which roster: no file of the person's, no setting."""
        self.error = ""
        """Why the roster that was asked for cannot be used at all; the last good one stays."""

    @property
    def roster(self) -> Roster:
        return self._roster if self._on_shared_bases is None else self._on_shared_bases

    def share_bases(self, shares: bool) -> bool:
        """Whether the engine that is there now holds all adapters of a base with it. Returns
        whether that changed anything."""
        if shares == (self._on_shared_bases is not None):
            return False
        self._on_shared_bases = self._roster.on_shared_bases() if shares else None
        return True

    def _put(self, roster: Roster) -> None:
        self._roster = roster
        if self._on_shared_bases is not None:
            self._on_shared_bases = roster.on_shared_bases()

    def read(self) -> None:
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
        """Whether the person has trusted the workspace's roster, or ceased to, since it was read.
        Never while the editor's word counts. Reads a small file."""
        return self._settings.trusted is None and self._digest() != self._trusted_digest

    def use_starter(self) -> None:
        """For a machine without Ollama, whose library the default roster's models come from."""
        self._starter = True
        self._put(shipped_roster("starter"))

    def is_roster(self, path: Path) -> bool:
        """Whether that file is one of those that the roster is read from."""
        return path in self._files

    def check(self, path: Path, text: str) -> tuple[Diagnostic, ...]:
        """What is wrong with the text of that file as it stands in the editor, unsaved."""
        in_workspace = self._workspace is not None and path == workspace_path(self._workspace)
        return load_text(
            text,
            filename=str(path),
            base=self._without_workspace if in_workspace else shipped_roster("ollama"),
            origin="workspace" if in_workspace else "user",
            trusted=self._trusted,
        ).diagnostics

    def _is_trusted(self) -> bool:
        """The editor's word counts, and without one the person's own."""
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
    """What a command should use when nobody chose: `starter` where there is no Ollama.

    `choice` is what `--roster` said, `result` what was read for it.
    """
    if choice is not None or any(path.is_file() for path in result.files):
        return result
    address = await find_engine(result.roster.engine)
    if address.kind is not EngineKind.EMBEDDED:
        return result
    return replace(result, roster=shipped_roster("starter"))
