"""The comment at the top of a file: what it forbids, and the text without it."""

from __future__ import annotations

import pytest

from hotseat.train.licences import forbids, without_header

BSD = """\
// Copyright 2020 The Authors. All rights reserved.
// Use of this source code is governed by a BSD-style license.

"""


@pytest.mark.parametrize(
    ("header", "language", "is_forbidden"),
    [
        ("// Copyright 2020 Acme. All rights reserved.\n", "go", True),
        ("# Proprietary and confidential.\n", "python", True),
        ("/*\n * Acme. Unauthorized copying of this file is prohibited.\n */\n", "css", True),
        ("// SPDX-License-Identifier: UNLICENSED\n", "javascript", True),
        (BSD, "go", False),
        ("# All rights reserved.\n# Redistribution and use permitted.\n", "python", False),
        ("// SPDX-License-Identifier: MIT\n// All rights reserved.\n", "go", False),
        ("", "go", False),
        ("package a\n\n// All rights reserved.\n", "go", False),
    ],
)
def test_forbids(header: str, language: str, is_forbidden: bool) -> None:
    assert forbids(header + "x\n", language) is is_forbidden


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        (BSD + "package a\n", "go", "package a\n"),
        (BSD + "// Package a adds.\npackage a\n", "go", "// Package a adds.\npackage a\n"),
        ("// Package a adds.\npackage a\n", "go", "// Package a adds.\npackage a\n"),
        (
            "#!/usr/bin/env python3\n# Copyright 2020 A\n\nimport os\n",
            "python",
            "#!/usr/bin/env python3\nimport os\n",
        ),
        ("/*\n * (c) 2020 A, MIT license\n */\na { b: c }\n", "css", "a { b: c }\n"),
        ("<!-- Copyright A -->\n<p>x</p>\n", "html", "<p>x</p>\n"),
        ("-- licence: MIT\nSELECT 1;\n", "sql", "SELECT 1;\n"),
    ],
)
def test_a_licence_at_the_top_is_not_learned(text: str, language: str, left: str) -> None:
    assert without_header(text, language) == left
