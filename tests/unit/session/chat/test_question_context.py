"""What a question may be shown beside its file, from the editor, the index and the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hotseat.conversation.context.diagnostics import Problem
from hotseat.conversation.excerpt import SelectionInFile
from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.parsing.file_outlines import FileOutlines
from hotseat.privacy.secret_files import SecretFiles
from hotseat.session.chat.question_context import Gathered, QuestionContext, RecentEdit
from hotseat.session.chat.selection_context import Lines, Selection
from hotseat.session.chat.shown import without_parts
from hotseat.session.chat.stand_in import shown_note
from hotseat.session.shared.uri_paths import path_in_workspace
from hotseat.storage.symbols import SymbolStore
from hotseat.syntax.document_syntax import Syntax
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.symbols.indexer import SymbolIndexer

TAX = "def tax_of(net: int) -> int:\n    rate = 19\n    return net * rate // 100\n"
CART = "class Cart:\n    def add(self, net: int) -> None:\n        self.sum += tax_of(net)\n"
SHOP = "def open_shop() -> Cart:\n    return Cart()\n"


@pytest.fixture(scope="module")
def outlines() -> Iterator[FileOutlines]:
    found = FileOutlines()
    yield found
    found.close()


class Desk:
    def __init__(self, tmp_path: Path, outlines: FileOutlines) -> None:
        self.root = tmp_path / "shop"
        for name, text in (("lib/tax.py", TAX), ("cart.py", CART), ("main.py", SHOP)):
            place = self.root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        (self.root / "secret.pem").write_text("KEY")
        store = SymbolStore(tmp_path / "s.sqlite")
        secrets = SecretFiles()
        SymbolIndexer(self.root, store, outlines.of, secrets.hold).scan()
        self.documents = DocumentStore(Syntax)
        self.edits: list[RecentEdit] = []

        def path_of(uri: str) -> str:
            return path_in_workspace(uri, self.root)

        self.context = QuestionContext(
            self.documents,
            SymbolIndex(self.root, store),
            is_secret=lambda uri: secrets.hold(path_of(uri)),
            path_of=path_of,
            recent_edits=lambda: self.edits,
            look_up_s=30,
        )

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def selection(self, path: str, text: str) -> Selection:
        self.documents.open(self.uri(path), "python", 1, text)
        document = self.documents.get(self.uri(path))
        assert document is not None
        lines = tuple(text.splitlines())
        place = SelectionInFile(
            path=path, language="python", before=(), selected=lines, after=(), line=0
        )
        return Selection(
            document=document,
            lines=Lines(first=0, stop=len(lines)),
            region_language="python",
            file_language="python",
            place=place,
        )

    async def gather(
        self,
        question: str,
        selection: Selection | None = None,
        problems: Sequence[Problem] = (),
        replaced: Sequence[Expert] = (),
    ) -> Gathered:
        return await self.context.gather(question, selection, problems, replaced)


@pytest.fixture
def desk(tmp_path: Path, outlines: FileOutlines) -> Desk:
    return Desk(tmp_path, outlines)


def ids(gathered: Gathered) -> list[str]:
    return [one.id for one in gathered.candidates]


async def test_a_file_and_a_symbol_that_the_question_names(desk: Desk) -> None:
    found = await desk.gather("Is @lib/tax.py right, and @Cart.add?")
    assert ids(found) == ["file:lib/tax.py", "symbol:cart.py#Cart.add"]
    file, symbol = found.candidates
    assert file.text == TAX.rstrip("\n")
    assert symbol.text == "    def add(self, net: int) -> None:\n        self.sum += tax_of(net)"
    assert symbol.title == "Cart.add in cart.py, lines 2 to 3"
    assert file.is_named


async def test_a_model_that_answers_for_an_expert_is_shown_what_plain_words_name(
    desk: Desk,
) -> None:
    python = Expert(name="python", languages=("python",), spec=ModelSpec("p:1b"))
    go = Expert(name="go", languages=("go",), spec=ModelSpec("c:1b"))
    question = "Does the cart sum up right?"
    assert ids(await desk.gather(question)) == []
    assert ids(await desk.gather(question, replaced=[go])) == []
    found = await desk.gather(question, replaced=[python])
    assert ids(found) == ["symbol:cart.py#Cart"]
    assert shown_note([python], found.candidates) == "it is shown a definition"
    assert shown_note([go], found.candidates) == ""


async def test_an_open_document_is_shown_as_it_is_now(desk: Desk) -> None:
    desk.documents.open(desk.uri("lib/tax.py"), "python", 1, "rate = 7\n")
    (file,) = (await desk.gather("@tax.py?")).candidates
    assert (file.id, file.text) == ("file:lib/tax.py", "rate = 7\n")


async def test_names_in_the_words_of_a_question(desk: Desk) -> None:
    assert ids(await desk.gather("Why does tax_of() round?")) == ["symbol:lib/tax.py#tax_of"]
    assert ids(await desk.gather("Why does the cart add things?")) == []


async def test_names_that_the_selection_uses(desk: Desk) -> None:
    found = await desk.gather("Why?", desk.selection("main.py", SHOP))
    assert ids(found) == ["symbol:cart.py#Cart"], "open_shop itself is shown anyway"


async def test_secret_files_and_files_elsewhere_are_not_shown(desk: Desk) -> None:
    (desk.root.parent / "outside.py").write_text("x = 1\n")
    (desk.root / "link.py").symlink_to("../outside.py")
    (desk.root / "data.bin").write_bytes(b"\0\1")
    found = await desk.gather("@secret.pem @../outside.py @link.py @data.bin @none.py @decorator")
    assert found.candidates == ()
    assert [text.split(":")[0] for text in found.unknown] == [
        "@secret.pem",
        "@../outside.py",
        "@link.py",
        "@data.bin",
        "@none.py",
    ]
    assert "may hold secrets" in found.unknown[0]


async def test_secrets_in_what_is_named_are_blanked(desk: Desk) -> None:
    token = "ghp_" + "9aB3dE5fG7hJ1kL2mN4pQ6rS8tU0vW2xY4zA"
    (desk.root / "lib" / "tax.py").write_text(f'TOKEN = "{token}"\n')
    (file,) = (await desk.gather("@lib/tax.py")).candidates
    assert token not in file.text


async def test_diagnostics_and_recent_edits(desk: Desk) -> None:
    desk.edits = [
        RecentEdit(uri=desk.uri("main.py"), first_line=0, lines=("here",)),
        RecentEdit(uri=desk.uri("cart.py"), first_line=4, lines=("a", "b")),
        RecentEdit(uri=desk.uri("secret.pem"), first_line=0, lines=("KEY",)),
    ]
    selection = desk.selection("main.py", "x = 1\n")
    found = await desk.gather("Why?", selection, [Problem(line=0, message="bad")])
    assert ids(found) == ["diagnostics", "edit:cart.py#0"]
    assert found.candidates[1].title == "Edited lately: cart.py, lines 5 to 6"


async def test_parts_are_removed_by_their_ids(desk: Desk) -> None:
    found = await desk.gather("Is @lib/tax.py right, and @Cart.add?")
    assert ids(found.without(["file:lib/tax.py", "nothing"])) == ["symbol:cart.py#Cart.add"]
    place = desk.selection("main.py", "a\n").place
    assert without_parts(place, {"selection"}) is None
    assert without_parts(place, {"file:around"}) == place


async def test_without_a_workspace_there_are_no_symbols() -> None:
    context = QuestionContext(
        DocumentStore(Syntax), None, is_secret=lambda _: False, path_of=lambda uri: uri
    )
    assert await context.gather("@a.py `name`", None, ()) == Gathered()


async def test_a_slow_index_delays_no_question(desk: Desk, tmp_path: Path) -> None:
    context = QuestionContext(
        desk.documents,
        SymbolIndex(desk.root, SymbolStore(tmp_path / "s.sqlite")),
        is_secret=lambda _: False,
        path_of=lambda uri: uri,
        look_up_s=0,
    )
    found = await context.gather("@a.py", None, ())
    assert found.unknown == ("the symbols: too slow to look up",)
