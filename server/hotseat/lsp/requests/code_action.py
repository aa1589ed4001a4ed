"""`textDocument/codeAction`: edit, explain and document the selection.

The client carries out the commands: it asks the user for an instruction, and has the panel and the
preview. So they are offered only to clients that set `codeActions: true`.
"""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer

REWRITE = types.CodeActionKind.RefactorRewrite
ACTIONS: dict[str, tuple[str, types.CodeActionKind | None]] = {
    names.EDIT_SELECTION: ("Hotseat: edit…", REWRITE),
    names.EXPLAIN_SELECTION: ("Hotseat: explain", None),
    names.DOCUMENT_SELECTION: ("Hotseat: document", REWRITE),
}
"""Titles and kinds of the client's commands."""


def register(server: HotseatServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[REWRITE])
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        session = server.session
        if session is None or not session.settings.code_actions:
            return []
        uri, range_ = params.text_document.uri, params.range
        if range_.start == range_.end or not session.may_be_shown(uri):
            return []
        from hotseat.lsp import ext, wire
        from hotseat.lsp.convert import range_from

        selection = wire.to_wire(
            ext.Selection(text_document=ext.DocumentId(uri=uri), range=range_from(range_))
        )
        return [
            types.CodeAction(
                title=title,
                kind=kind,
                command=types.Command(title=title, command=command, arguments=[selection]),
            )
            for command, (title, kind) in ACTIONS.items()
            if _is_wanted(kind, params.context.only)
        ]


def _is_wanted(kind: types.CodeActionKind | None, only: object) -> bool:
    """Return whether the client wants that kind. Each kind in `only` includes its sub-kinds."""
    if not isinstance(only, (list, tuple)):
        return True
    name = kind.value if kind is not None else None
    return name is not None and any(
        name == str(getattr(k, "value", k)) or name.startswith(f"{getattr(k, 'value', k)}.")
        for k in only
    )
