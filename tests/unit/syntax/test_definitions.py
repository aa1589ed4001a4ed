"""What a file defines, by language, and what of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Parser

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.syntax import Definition
from hotseat.languages.profiles import PROFILES
from hotseat.syntax import definitions as module
from hotseat.syntax.definitions import MAX_TEXT_CHARS, definitions
from hotseat.syntax.document_syntax import Syntax
from hotseat.syntax.grammars import grammar


def found(text: str, language: str) -> list[Definition]:
    return list(Syntax(TextBuffer(text), language).definitions())


def texts(text: str, language: str) -> dict[str, str]:
    return {definition.name: definition.text for definition in found(text, language)}


SAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    "python": (
        "@cached\ndef area(width: int,\n         height: int) -> int:\n    return width * height\n"
        "class Shape(Base):\n    sides: int = 0\n    def draw(self, pen): pass\n"
        "LIMIT = 10\n"
        "if TYPE_CHECKING:\n    async def later(): pass\n",
        {
            "area": "@cached\ndef area(width: int,\n         height: int) -> int:",
            "Shape": "class Shape(Base):\n    sides: int = 0\n    def draw(self, pen): pass",
            "draw": "class Shape(Base):\n    def draw(self, pen):",
            "LIMIT": "LIMIT = 10",
            "later": "    async def later():",
        },
    ),
    "go": (
        "package shop\n\ntype Cart struct {\n\tItems []Item\n}\n"
        "type (\n\tPrice int\n\tLabel = string\n)\n"
        "func (c *Cart) Total(tax int) (Price, error) {\n\treturn 0, nil\n}\n"
        "const Limit = 3\nvar Open, Shut = 1, 2\nfunc main() {}\n",
        {
            "Cart": "type Cart struct {\n\tItems []Item\n}",
            "Price": "\tPrice int",
            "Label": "\tLabel = string",
            "Total": "func (c *Cart) Total(tax int) (Price, error)",
            "Limit": "const Limit = 3",
            "Open": "var Open, Shut = 1, 2",
            "main": "func main()",
        },
    ),
    "typescript": (
        "export interface User {\n  name: string\n}\nexport type Role = 'a' | 'b';\n"
        "export const load = async (id: string): Promise<User> => {\n  return x;\n};\n"
        "export default class Store {\n  get(id: string): User {\n    return y;\n  }\n}\n"
        "declare function ring(): void;\nenum Color { Red }\nconst fs = require('fs');\n",
        {
            "User": "export interface User {\n  name: string\n}",
            "Role": "export type Role = 'a' | 'b';",
            "load": "export const load = async (id: string): Promise<User> =>",
            "Store": "export default class Store {\n  get(id: string): User {\n"
            "    return y;\n  }\n}",
            "get": "export default class Store {\n  get(id: string): User",
            "ring": "declare function ring(): void;",
            "Color": "enum Color { Red }",
        },
    ),
    "javascript": (
        "function* walk(tree) { yield 1 }\nexports.parse = function (text) { return 1 };\n"
        "module.exports = { walk };\nlet [one, two] = pair;\n",
        {"walk": "function* walk(tree)", "parse": "exports.parse = function (text)"},
    ),
    "typescriptreact": (
        "export function Card(props: Props) {\n  return <b>{props.name}</b>;\n}\n",
        {"Card": "export function Card(props: Props)"},
    ),
    "java": (
        "package a;\n@Entity\npublic class Order {\n    int total;\n"
        "    public int sum(int tax) {\n        return 1;\n    }\n}\nrecord Point(int x) {}\n",
        {
            "Order": "@Entity\npublic class Order {\n    int total;\n"
            "    public int sum(int tax) {\n        return 1;\n    }\n}",
            "sum": "@Entity\npublic class Order {\n    public int sum(int tax)",
            "Point": "record Point(int x) {}",
        },
    ),
    "rust": (
        "pub struct Seat { name: String }\n"
        "impl Seat {\n    pub fn free(&self) -> bool { true }\n}\n"
        "trait Model {\n    fn load(&mut self);\n}\nconst SIZE: usize = 3;\n"
        "macro_rules! each { () => {} }\nmod inner {\n    pub fn deep() {}\n}\n",
        {
            "Seat": "pub struct Seat { name: String }",
            "free": "impl Seat {\n    pub fn free(&self) -> bool",
            "Model": "trait Model {\n    fn load(&mut self);\n}",
            "load": "trait Model {\n    fn load(&mut self);",
            "SIZE": "const SIZE: usize = 3;",
            "each": "macro_rules! each { () => {} }",
            "deep": "    pub fn deep()",
        },
    ),
    "c": (
        "#ifndef H\n#define LIMIT 10\n#define MAX(a, b) a\ntypedef struct { int x; } point_t;\n"
        "struct node { int value; };\nstatic char *name_of(struct node *n) { return 0; }\n"
        "int proto(int a);\nextern int counter;\n#endif\n",
        {
            "LIMIT": "#define LIMIT 10",
            "MAX": "#define MAX(a, b) a",
            "point_t": "typedef struct { int x; } point_t;",
            "node": "struct node { int value; }",
            "name_of": "static char *name_of(struct node *n)",
            "proto": "int proto(int a);",
            "counter": "extern int counter;",
        },
    ),
    "cpp": (
        "namespace shop {\ntemplate <class T>\nclass Box {\n public:\n"
        "  int size() { return 1; }\n};\n"
        "using Name = int;\nint &Box::ref(int at) { return x; }\n}\n",
        {
            "Box": "template <class T>\nclass Box {\n public:\n  int size() { return 1; }\n}",
            "size": "class Box {\n  int size()",
            "Name": "using Name = int;",
            "ref": "int &Box::ref(int at)",
        },
    ),
    "csharp": (
        "namespace Shop;\npublic class Cart\n{\n    public int Count { get; set; }\n"
        "    public void Add(int item)\n    {\n    }\n}\n",
        {
            "Cart": "public class Cart\n{\n    public int Count { get; set; }\n"
            "    public void Add(int item)\n    {\n    }\n}",
            "Count": "public class Cart\n{\n    public int Count { get; set; }",
            "Add": "public class Cart\n{\n    public void Add(int item)",
        },
    ),
    "ruby": (
        "module Shop\n  class Cart < Base\n    def add(item)\n      1\n    end\n"
        "    def self.all; end\n  end\nend\nLIMIT = 3\n",
        {
            "Shop": "module Shop\n  class Cart < Base\n    def add(item)\n      1\n    end\n"
            "    def self.all; end\n  end\nend",
            "Cart": "  class Cart < Base\n    def add(item)\n      1\n    end\n"
            "    def self.all; end\n  end",
            "add": "  class Cart < Base\n    def add(item)",
            "all": "  class Cart < Base\n    def self.all; end",
            "LIMIT": "LIMIT = 3",
        },
    ),
    "php": (
        "<?php\nnamespace A;\nfunction total($a) { return 1; }\n"
        "class Cart {\n    public function add(Item $i): void {\n    }\n}\nconst LIMIT = 3;\n",
        {
            "total": "function total($a)",
            "Cart": "class Cart {\n    public function add(Item $i): void {\n    }\n}",
            "add": "class Cart {\n    public function add(Item $i): void",
            "LIMIT": "const LIMIT = 3",
        },
    ),
    "lua": (
        "local json = require('json')\nfunction Cart.add(item)\n  return 1\nend\n"
        "function Cart:drop() end\nlocal function helper(a) end\nCart.size = function() end\n",
        {
            "add": "function Cart.add(item)",
            "drop": "function Cart:drop() end",
            "helper": "local function helper(a) end",
            "size": "Cart.size = function() end",
        },
    ),
    "shellscript": (
        "LIMIT=3\nexport PLACE=here\nbuild() {\n  make\n}\nfunction clean { rm x; }\n",
        {
            "LIMIT": "LIMIT=3",
            "PLACE": "export PLACE=here",
            "build": "build()",
            "clean": "function clean",
        },
    ),
    "sql": (
        "CREATE TABLE shop.users (\n  id int PRIMARY KEY\n);\nCREATE VIEW busy AS SELECT 1;\n",
        {
            "users": "CREATE TABLE shop.users (\n  id int PRIMARY KEY\n)",
            "busy": "CREATE VIEW busy AS SELECT 1",
        },
    ),
}


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_what_a_language_defines_is_found_by_name(language: str) -> None:
    text, expected = SAMPLES[language]
    assert texts(text, language) == expected


def test_there_is_a_sample_of_every_language_with_rules() -> None:
    with_rules = {profile.id for profile in PROFILES.values() if profile.definitions is not None}
    assert with_rules - set(SAMPLES) == {"javascriptreact"}


def test_rubys_class_methods_and_aliases_are_found() -> None:
    shown = texts(
        "class Seat\n  class << self\n    def free(id)\n      1\n    end\n  end\n"
        "  alias vacate free_up\nend\n",
        "ruby",
    )
    assert shown["free"] == "  class << self\n    def free(id)"
    assert shown["vacate"] == "class Seat\n  alias vacate free_up"


def test_methods_are_members_and_functions_are_not() -> None:
    text, _ = SAMPLES["python"]
    assert {d.name: d.is_member for d in found(text, "python")} == {
        "area": False,
        "Shape": False,
        "draw": True,
        "LIMIT": False,
        "later": False,
    }
    assert [d.name for d in found(SAMPLES["go"][0], "go") if d.is_member] == ["Total"]


def test_a_long_class_is_shown_by_the_signatures_of_its_methods() -> None:
    body = "".join(
        f"    def method_{i}(self, value: int) -> None:\n        '''Text.'''\n"
        "        return value\n"
        for i in range(30)
    )
    shown = texts(f"class Long(Base):\n    '''About it.'''\n{body}", "python")["Long"]
    lines = shown.split("\n")
    assert lines[0] == "class Long(Base):"
    assert "    def method_3(self, value: int) -> None:" in lines
    assert "return" not in shown
    assert len(shown) <= MAX_TEXT_CHARS


def test_no_text_is_longer_than_its_limit_and_none_ends_inside_a_word() -> None:
    arguments = ", ".join(f"argument_{i}: dict[str, int]" for i in range(200))
    shown = texts(f"def wide({arguments}):\n    pass\n", "python")["wide"]
    assert len(shown) <= MAX_TEXT_CHARS
    assert shown.endswith(("int],", ":"))


def test_a_class_of_a_thousand_methods_does_not_hide_what_stands_below() -> None:
    body = "".join(f"    def method_{i}(self): pass\n" for i in range(1000))
    names = [d.name for d in found(f"class Huge:\n{body}def below(): pass\n", "python")]
    assert "below" in names
    assert len(names) == module.DEFAULT_LIMITS.max_members + 2


def test_a_file_gives_at_most_so_many_definitions() -> None:
    text = "".join(f"def function_{i}(): pass\n" for i in range(1000))
    assert len(found(text, "python")) == module.DEFAULT_LIMITS.max_definitions


def test_names_and_lines_of_other_alphabets_are_cut_where_they_should() -> None:
    text = "def größe(straße, 名前):\n    pass\nclass Naïve: pass\n"
    assert texts(text, "python")["größe"] == "def größe(straße, 名前):"
    assert "Naïve" in texts(text, "python")


def test_the_tree_may_be_edited_while_it_is_looked_at() -> None:
    text = "def first(): pass\ndef second(): pass\ndef third(): pass\n"
    language = grammar("python")
    assert language is not None
    tree = Parser(language).parse(text.encode())
    walk = definitions(tree, TextBuffer(text).line, "python")
    names = [next(d for d in walk if d is not None).name]
    tree.edit(0, 0, 400, (0, 0), (0, 0), (40, 0))
    names += [d.name for d in walk if d is not None]
    assert names == ["first", "second", "third"]


def test_a_language_without_rules_defines_nothing() -> None:
    assert found("a { color: red }", "css") == []


@settings(max_examples=60, deadline=None)
@given(
    language=st.sampled_from(sorted(SAMPLES)),
    cuts=st.lists(st.integers(0, 600), max_size=6),
    junk=st.text("{}()<>:;\"'\\\n\r\t ab=é😀\ud800", max_size=12),
)
def test_broken_code_never_raises(language: str, cuts: list[int], junk: str) -> None:
    text = SAMPLES[language][0]
    for cut in cuts:
        text = text[: cut % len(text)] + junk + text[cut % len(text) + 3 :] or " "
    for definition in found(text, language):
        assert len(definition.text) <= MAX_TEXT_CHARS
        assert definition.name
