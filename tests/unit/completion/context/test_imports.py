"""Which open files an import may mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.context.imports import (
    Imports,
    imports_of,
    keys_of_file,
    path_parts,
    shown_path,
)


def imports(text: str, language: str, uri: str) -> Imports:
    return imports_of(text.split("\n"), uri, language)


@pytest.mark.parametrize(
    ("language", "line", "path", "meant"),
    [
        ("python", "from shop.cart import total", "w/app/main.py", "w/shop/cart.py"),
        ("python", "from shop import cart, user", "w/app/main.py", "w/shop/cart.py"),
        ("python", "import shop.cart", "w/main.py", "w/src/shop/cart/__init__.py"),
        ("python", "from .cart import total", "w/shop/main.py", "w/shop/cart.py"),
        ("python", "from ..data import rows", "w/shop/web/main.py", "w/shop/data.py"),
        ("python", "from . import cart", "w/shop/main.py", "w/shop/cart.py"),
        ("typescript", "import { total } from './cart';", "w/shop/main.ts", "w/shop/cart.ts"),
        ("typescript", "} from '../lib/money.js'", "w/shop/main.ts", "w/lib/money.ts"),
        ("typescript", "import cart from '@/shop/cart'", "w/main.ts", "w/src/shop/cart.tsx"),
        ("javascript", "const cart = require('./cart')", "w/shop/main.js", "w/shop/cart/index.js"),
        ("javascript", "export * from './cart'", "w/shop/main.js", "w/shop/cart.mjs"),
        ("vue", "import Card from './Card.vue'", "w/shop/Page.vue", "w/shop/Card.vue"),
        ("go", '\t"github.com/me/shop/internal/cart"', "w/main.go", "w/internal/cart/total.go"),
        ("go", 'import c "shop/cart"', "w/main.go", "w/shop/cart/add.go"),
        ("java", "import com.me.shop.Cart;", "w/Main.java", "w/src/com/me/shop/Cart.java"),
        ("java", "import com.me.shop.*;", "w/Main.java", "w/src/com/me/shop/Cart.java"),
        ("rust", "use crate::shop::cart::Cart;", "w/src/main.rs", "w/src/shop/cart.rs"),
        ("rust", "mod cart;", "w/src/main.rs", "w/src/cart/mod.rs"),
        ("c", '#include "shop/cart.h"', "w/main.c", "w/src/shop/cart.h"),
        ("c", '#include "cart.h"', "w/main.c", "w/cart.c"),
        ("csharp", "using Me.Shop;", "w/Main.cs", "w/Me/Shop/Cart.cs"),
        ("ruby", "require_relative 'shop/cart'", "w/main.rb", "w/shop/cart.rb"),
        ("ruby", 'require "shop/cart"', "w/main.rb", "w/lib/shop/cart.rb"),
        ("php", "use App\\Models\\Cart;", "w/main.php", "w/app/Models/Cart.php"),
        ("php", "require_once __DIR__ . '/cart.php';", "w/main.php", "w/cart.php"),
        ("lua", "local cart = require('shop.cart')", "w/main.lua", "w/lua/shop/cart.lua"),
        ("shellscript", ". ./lib/common.sh", "w/run.sh", "w/lib/common.sh"),
        ("shellscript", 'source "$HERE/common.sh"', "w/run.sh", "w/lib/common.sh"),
    ],
)
def test_an_import_means_the_file_of_that_name(
    language: str, line: str, path: str, meant: str
) -> None:
    found = imports(line, language, f"file:///{path}")
    assert found.lines == (0,)
    assert found.text == line
    assert not found.keys.isdisjoint(keys_of_file(f"file:///{meant}"))
    assert found.keys.isdisjoint(keys_of_file("file:///w/elsewhere/other.x"))


@pytest.mark.parametrize(
    ("language", "line", "path", "other"),
    [
        ("python", "from .cart import total", "w/shop/main.py", "w/bank/cart.py"),
        ("python", "from shop.cart import total", "w/main.py", "w/bank/cart.py"),
        ("typescript", "import { total } from './cart';", "w/shop/main.ts", "w/bank/cart.ts"),
        ("go", '\t"fmt"', "w/main.go", "w/shop/fmt.go"),
        ("java", "import com.me.shop.Cart;", "w/Main.java", "w/com/me/bank/Cart.java"),
        ("python", "# from shop.cart import total", "w/main.py", "w/shop/cart.py"),
        ("css", '@import "shop/cart";', "w/main.css", "w/shop/cart.css"),
    ],
)
def test_a_file_of_another_place_is_not_meant(
    language: str, line: str, path: str, other: str
) -> None:
    found = imports(line, language, f"file:///{path}")
    assert found.keys.isdisjoint(keys_of_file(f"file:///{other}"))


def test_the_text_of_imports_is_that_of_those_that_stand_together() -> None:
    text = '"""About."""\nimport os\n\nfrom shop.cart import (\n    total,\n)\n\nx = 1\n'
    late = "\n" * 30 + "    import sys\n"
    found = imports(text + late, "python", "file:///w/main.py")
    assert found.lines == (1, 3, 38)
    assert found.text == "import os\nfrom shop.cart import (\n    total,\n)"
    assert found.end_line == 6


def test_imports_of_several_lines_are_shown_whole() -> None:
    text = "// about\nimport {\n  total,\n} from './cart';\n\nconst x = 1;"
    found = imports(text, "typescript", "file:///w/main.ts")
    assert found.text == "import {\n  total,\n} from './cart';"
    text = 'package a\n\nimport (\n\t"fmt"\n\n\t"shop/cart"\n)\n\nvar x = 1\n'
    found = imports(text, "go", "file:///w/main.go")
    assert found.text == 'import (\n\t"fmt"\n\t"shop/cart"\n)'


def test_paths_are_shown_without_the_home_directory() -> None:
    assert shown_path("file:///home/me/work/shop/cart%20two.py") == "shop/cart two.py"
    assert shown_path("untitled:Untitled-1") == "Untitled-1"
    assert shown_path("file://[") == ""


@given(st.text(max_size=300), st.sampled_from(["python", "rust", "typescript", "php", "c", "go"]))
def test_no_line_and_no_path_raises(line: str, language: str) -> None:
    found = imports(line, language, line)
    assert len(found.lines) <= line.count("\n") + 1
    assert all(path_parts(line)) or path_parts(line) == ()
