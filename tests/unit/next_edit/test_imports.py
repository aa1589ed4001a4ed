"""A name that was just written, and that another open file imports."""

from __future__ import annotations

import pytest

from hotseat.next_edit.changes import Hunk
from hotseat.next_edit.imports import missing_import
from hotseat.next_edit.offers import Offer


def offered(
    text: str, new_line: int, other: str, language: str = "python", old: str = ""
) -> Offer | None:
    lines = text.split("\n")
    hunk = Hunk(first_line=new_line, old=(old,), new=(lines[new_line],))
    return missing_import(lines, language, hunk, [other.split("\n")])


@pytest.mark.parametrize(
    ("language", "text", "other", "line"),
    [
        (
            "python",
            "import os\n\nx = Decimal(1)\n",
            "from decimal import Decimal, getcontext\n",
            "from decimal import Decimal\n",
        ),
        (
            "typescript",
            "import a from 'a';\n\nconst x = useState(1);\n",
            "import { useEffect, useState } from 'react';\n",
            "import { useState } from 'react';\n",
        ),
        (
            "java",
            "import a.B;\n\nvar x = Optional.of(1);\n",
            "import java.util.Optional;\n",
            "import java.util.Optional;\n",
        ),
    ],
)
def test_the_line_of_another_file_for_the_one_name(
    language: str, text: str, other: str, line: str
) -> None:
    offer = offered(text, 2, other, language)
    assert offer is not None
    assert (offer.line, offer.start, offer.end, offer.new) == (1, 0, 0, line)


def test_none_for_a_name_that_the_file_knows_already() -> None:
    text = "from decimal import Decimal\n\nx = Decimal(1)\n"
    assert offered(text, 2, "from decimal import Decimal\n") is None


def test_none_for_names_in_strings_and_comments_and_for_members() -> None:
    other = "from decimal import Decimal\n"
    for line in ("x = 'Decimal'", "# a Decimal", "x = y.Decimal", "Decimal = 3"):
        assert offered(f"import os\n\n{line}\n", 2, other) is None


def test_none_for_a_relative_path_which_another_folder_would_not_find() -> None:
    other = "import { cart } from './cart';\n"
    assert offered("\n\nconst x = cart(1);\n", 2, other, "typescript") is None
