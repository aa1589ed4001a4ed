"""Answers that repeat themselves, and those that repeat something for a good reason."""

from __future__ import annotations

import pytest

from hotseat.conversation.answer_text import EMPTY_ENDING, LOOP_ENDING, AnswerText
from hotseat.conversation.loops import CHECK_CHARS

COLOURS = ("Yellowish", "Greenish", "Brownish", "Blackish")
PARAGRAPH = (
    "This function opens the file, reads the header, checks its version against the table of "
    "known versions and returns an error if there is none. The caller closes the file after "
    "use, and may call it again for another file as long as the first one is still open.\n\n"
)

LOOPS = {
    "words": ("Well, " + "the same " * 60, "Well, the same"),
    "a phrase": ("Go is " + "cross-platform, " * 60, "Go is cross-platform"),
    "one word": ("no " * 200, "no"),
    "digits": ("It is " + "0" * 900, "It is 000000000000"),
    "syllables": ("so " + "ha" * 300, "so hahahahahaha"),
    "dashes": ("Then:\n" + "- " * 400, "Then:"),
    "a sentence": ("First. " + "It is fast. " * 60, "First. It is fast."),
    "two sentences": ("I am. " + "Yes. No. " * 60, "I am. Yes. No."),
    "lines": ("- A sentence.\n- And another one.\n" * 40, "- A sentence.\n- And another one."),
    "a numbered list": (
        "".join(f"{n}. {COLOURS[n % 4]}\n" for n in range(60)),
        "0. Yellowish\n1. Greenish\n2. Brownish\n3. Blackish",
    ),
    "bold items": (
        "".join(f"{n}. **Use it.** It helps.\n\n" for n in range(1, 40)),
        "1. **Use it.** It helps.",
    ),
    "headings": (
        "".join(f"### {n}. Use an index\n\nIt is fast.\n\n" for n in range(1, 30)),
        "### 1. Use an index\n\nIt is fast.",
    ),
    "steps": (
        "".join(f"Step {n}: Check the code.\n" for n in range(1, 60)),
        "Step 1: Check the code.",
    ),
    "other spaces": ("a very good idea,  a very good idea,\n" * 40, "a very good idea"),
    "other cases": ("Run it again. RUN IT AGAIN. " * 30, "Run it again."),
    "a paragraph": (PARAGRAPH * 5, PARAGRAPH.rstrip()),
    "Chinese": ("好的，" * 120, "好的"),
    "Cyrillic": ("Да, это так. " * 60, "Да, это так."),
    "empty blocks": ("Here:\n\n" + "```go\n\n```\n\n" * 60, "Here:"),
    "empty blocks of two languages": ("Here:\n\n" + "```go\n```\n\n```\n```\n\n" * 60, "Here:"),
    "fences alone": ("Here:\n" + "```\n" * 90, "Here:"),
    "the same block": (
        "So:\n\n" + "```go\nx := f(1)\n```\n\nOr like this:\n\n" * 30,
        "So:\n\n```go\nx := f(1)\n```\n\nOr like this:",
    ),
    "a line of code": (
        "```go\nfunc f() error {\n" + "\treturn fmt.Errorf(x)\n" * 90,
        "```go\nfunc f() error {\n\treturn fmt.Errorf(x)\n```",
    ),
    "two lines of code": (
        "~~~python\n" + "    a = b + c\n    b = a + c\n" * 90,
        "~~~python\n    a = b + c\n    b = a + c\n~~~",
    ),
    "rows of a table": (
        "| name | type |\n|---|---|\n" + "| host | string |\n" * 60,
        "| name | type |\n|---|---|\n| host | string |",
    ),
}

WORDS = ["host", "port", "user", "path", "name", "kind", "size", "mode", "level"]
HONEST = [
    "",
    "Yes.",
    "1. Red\n2. Yellow\n3. Blue\n",
    "".join(f"case {n}:\n\treturn {n * 7}\n" for n in range(10, 90)),
    "\t\t}\n\t}\n}\n" * 4,
    "| 0 | 0 |\n" * 8,
    " ".join(str(n) for n in range(500)),
    "| Name | Type |\n|---|---|\n" + "".join(f"| `{w}` | a string |\n" for w in WORDS),
    "| a | b | c |\n|---|---|---|\n" + "| yes | yes | yes |\n" * 6,
    "".join(f"- `{w}`: the {w} of the request, a string.\n" for w in WORDS),
    "- [ ] Add a test\n- [ ] Add a test for Go\n- [ ] Add a test for SQL\n- [ ] Add docs\n",
    "Merrily, merrily, merrily, merrily, life is but a dream.",
    "".join(f"## GET /{w}\n\nReturns `200 OK` and a list.\n\n" for w in WORDS),
    "- one\n\n---\n\n- two\n\n---\n\n- three\n\n---\n",
    "Question 1: Yes.\nQuestion 2: Yes.\nQuestion 3: No.\n",
    "```html\n<tr>" + "<td>0</td>" * 12 + "</tr>\n```\n",
    "```html\n<ul>\n" + "  <li>Item</li>\n" * 10 + "</ul>\n```\n",
    "```python\ngrid = [\n" + "    [0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 9 + "]\n```\n",
    "```python\nx = [None, None, None, None, None, None, None, None]\n```\n",
    "```go\nswitch x {\n" + "".join(f"case {w}:\n\treturn nil\n" for w in WORDS) + "}\n```\n",
    "```sql\nINSERT INTO t VALUES (" + ", ".join("?" * 30) + ");\n```\n",
    "```c\n" + "/" * 80 + "\n// part\n" + "/" * 80 + "\n```\n",
    "```\n" + "+---+---+---+\n|   |   |   |\n" * 8 + "+---+---+---+\n```\n",
    "```asm\n" + "    nop\n" * 16 + "    ret\n```\n",
    "```css\n" + "".join(f".{w} {{\n  margin: 0;\n  border: 0;\n}}\n" for w in WORDS) + "```\n",
    "```sh\nmake\n```\n\nThen:\n\n```sh\nmake test\n```\n\nThen:\n\n```sh\nmake install\n```\n",
    "Before:\n\n```go\nx := f()\n```\n\nAfter:\n\n```go\nx := f()\n```\n",
    "```json\n[" + '{"a": 1, "b": 2}, ' * 7 + "]\n```\n",
]


def written(text: str, n_chars: int) -> AnswerText:
    """An answer that comes in pieces of `n_chars`, until it is stopped."""
    answer = AnswerText()
    for at in range(0, len(text), n_chars):
        answer.add(text[at : at + n_chars])
        if answer.is_looping:
            break
    answer.end()
    return answer


@pytest.mark.parametrize("n_chars", [1, 3, 7, 2000])
@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_is_cut_after_its_first_copy(kind: str, n_chars: int) -> None:
    text, left = LOOPS[kind]
    answer = written(text, n_chars)
    assert answer.text == left
    assert answer.ending == LOOP_ENDING


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_is_found_early(kind: str) -> None:
    text, left = LOOPS[kind]
    answer, n_chars = AnswerText(), 0
    longest = ""
    while not answer.is_looping:
        longest = answer.text
        answer.add(text[n_chars])
        n_chars += 1
    assert len(longest) <= 2 * len(left) + 3 * CHECK_CHARS  # shown meanwhile: hardly two copies
    assert n_chars <= max(4 * len(left), len(left) + 330)


@pytest.mark.parametrize("text", HONEST)
@pytest.mark.parametrize("n_chars", [1, 5, 2000])
def test_what_repeats_for_a_good_reason_stays(text: str, n_chars: int) -> None:
    answer = written(text, n_chars)
    assert answer.text == text
    assert not answer.is_looping


def test_a_word_that_is_cut_off_hides_no_loop() -> None:
    answer = written(PARAGRAPH * 2 + PARAGRAPH[:50], 4000)
    assert answer.text == PARAGRAPH.rstrip()


def test_an_answer_without_text_says_so() -> None:
    assert written("", 1).ending == EMPTY_ENDING
    assert written("```go\n\n```\n", 1).ending == EMPTY_ENDING
