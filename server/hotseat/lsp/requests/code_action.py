"""`textDocument/codeAction`: edit, explain and document, on what is selected.

The client carries the commands out: it has the person's words, the panel and the preview. So they
are offered only to clients that say they can (`codeActions: true`).
"""

from __future__ import annotations

from lsprotocol import types

from hotseat.lsp.server import HotseatServer

REWRITE = types.CodeActionKind.RefactorRewrite
ACTIONS: dict[str, tuple[str, types.CodeActionKind | None]] = {
    "hotseat.edit": ("Hotseat: edit…", REWRITE),
    "hotseat.explain": ("Hotseat: explain", None),
    "hotseat.document": ("Hotseat: document", REWRITE),
}
"""The client's commands, with their titles and kinds."""


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
        place = {"textDocument": {"uri": uri}, "range": _plain(range_)}
        return [
            types.CodeAction(
                title=title,
                kind=kind,
                command=types.Command(title=title, command=command, arguments=[place]),
            )
            for command, (title, kind) in ACTIONS.items()
            if _is_wanted(kind, params.context.only)
        ]


def _is_wanted(kind: types.CodeActionKind | None, only: object) -> bool:
    """`only` are kinds, each with all that lies below it."""
    if not isinstance(only, (list, tuple)):
        return True
    name = kind.value if kind is not None else None
    return name is not None and any(
        name == str(getattr(k, "value", k)) or name.startswith(f"{getattr(k, 'value', k)}.")
        for k in only
    )


def _plain(range_: types.Range) -> dict[str, dict[str, int]]:
    return {
        name: {"line": place.line, "character": place.character}
        for name, place in (("start", range_.start), ("end", range_.end))
    }
