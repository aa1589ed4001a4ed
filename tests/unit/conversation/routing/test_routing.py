"""Which languages a question is about."""

from __future__ import annotations

import time

import pytest

from hotseat.conversation.routing.routing import MAX_CHARS, Asked, route_question


def routed(question: str, file: str | None = None, region: str | None = None) -> tuple[str, ...]:
    asked = Asked(question=question, file_language=file, region_language=region)
    return route_question(asked).languages


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I flatten a list of lists in TypeScript?", "typescript"),
        ("Is that how one does it in Go?", "go"),
        ("What is the C way to copy a string?", "c"),
        ("Why does this fail?\n```rust\nlet x: &str = s;\n```", "rust"),
        ("Why does this fail?\n```\n#!/bin/bash\necho $1\n```", "shellscript"),
        ("Where does settings.py belong?", "python"),
        ("Does <details> work without any script?", "html"),
        ("Is SELECT DISTINCT slower than GROUP BY?", "sql"),
    ],
)
def test_names_fences_files_and_shapes_decide(question: str, language: str) -> None:
    assert routed(question, file="makefile")[0] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("The ticker keeps running after the goroutine returns. Who stops it?", "go"),
        ("Why does my class share the same list between all of its instances?", "python"),
        (
            "forEach doesn't wait for the awaits inside of it. What do I write instead?",
            "javascript",
        ),
        ("The two Integer objects are equal below 128 and different above it.", "java"),
        ("When do I have to write mutating in front of a method of a struct?", "swift"),
        ("realloc returned NULL. Is the old block still mine?", "c"),
        ("The base destructor isn't virtual. What happens on delete?", "cpp"),
        ("Why does height: 100% do nothing on my inner box?", "css"),
        ("Do I need an alt on an image that is only decoration?", "html"),
        ("I want the newest order of each customer, not all of them.", "sql"),
        ("My pod is restarted again and again. Which probe is that?", "yaml"),
        ("How can I keep the compilers out of the final image?", "dockerfile"),
        ("Each line of my recipe runs in its own shell, the cd is lost.", "makefile"),
        ("How does the child tell its parent, since it may not mutate the prop?", "vue"),
    ],
)
def test_what_is_talked_about_decides_without_a_name(question: str, language: str) -> None:
    assert routed(question)[0] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Unlike Ruby's mixins: can a Python class do this?", "python"),
        ("Coming from Perl, how do I match a word in PHP?", "php"),
        ("In Scala it would be an object. What is it in Kotlin?", "kotlin"),
        ("No awk or Perl, please, I want to do it in Bash.", "shellscript"),
        ("How do I read a file in C++ and not in C?", "cpp"),
    ],
)
def test_languages_only_compared_with_do_not_count(question: str, language: str) -> None:
    assert routed(question)[0] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Go through these notes with me before we meet.", "go"),
        ("Our theme is ruby-red. Is that too much?", "ruby"),
        ("A swift reply would help the two of us.", "swift"),
        ("Let's go on with the next item.", "go"),
        ("Can you rust-proof this a bit?", "rust"),
    ],
)
def test_everyday_words_are_no_names(question: str, language: str) -> None:
    assert language not in routed(question)


def test_the_open_file_outranks_weak_signs_of_others() -> None:
    assert routed("Why is that value null the second time?", file="java")[0] == "java"
    assert routed("Is the order of these rows kept?", file="go")[0] == "go"


def test_clear_words_outrank_the_open_file() -> None:
    assert routed("Should I use LEFT JOIN or NOT EXISTS?", file="kotlin")[0] == "sql"
    assert routed("Center a div with flexbox, how?", file="python")[0] == "css"


def test_the_region_outranks_its_file() -> None:
    assert routed("Is there a shorter form?", file="html", region="css")[0] == "css"


def test_an_aside_is_not_about_the_open_file() -> None:
    question = "Unrelated to this file: how do I trap a signal in bash?"
    assert routed(question, file="go")[0] == "shellscript"


@pytest.mark.parametrize("file", [None, "python", "php"])
@pytest.mark.parametrize(
    "question",
    [
        "How do I squash my last three commits?",
        "Write a commit message: the cache is cleared at night.",
        "Is the MIT licence fine for us?",
        "What should I look at in a code review?",
        "Which status code says that somebody asks too often?",
        "Suggest a name for a class that merges two calendars.",
    ],
)
def test_questions_about_work_are_general(question: str, file: str | None) -> None:
    assert routed(question, file=file) == ()


@pytest.mark.parametrize(
    ("question", "languages"),
    [
        ("A Postgres table for bookings and a Go handler which reads them.", {"go", "sql"}),
        ("A Laravel migration and the raw SQL that does the same.", {"php", "sql"}),
        ("A Vue component with a sticky sidebar: the component and its styles.", {"vue", "css"}),
        ("A C library called from Rust, with the header.", {"rust", "c"}),
    ],
)
def test_a_question_may_need_several(question: str, languages: set[str]) -> None:
    assert set(routed(question)) >= languages
    assert len(routed(question)) <= len(languages) + 2


@pytest.mark.parametrize("question", ["", "   ", "?", "```", "\x00\ud800", "é" * 9_000])
def test_a_question_without_words_is_the_open_file_s(question: str) -> None:
    assert routed(question) == ()
    assert routed(question, file="lua")[0] == "lua"


def test_the_time_is_bounded_by_what_is_looked_at() -> None:
    def took_s(question: str) -> float:
        began_s = time.process_time()
        routed(question, file="go")
        return time.process_time() - began_s

    for part in ("<a", "a/", "a.b ", "` ", "in Python like Java ", "```\n"):
        text = part * (MAX_CHARS // len(part))
        once = min(took_s(text) for _ in range(3))
        assert min(took_s(text * 50) for _ in range(3)) < 10 * once + 0.05


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("FastAPI: where do I open the session, per request or globally?", "python"),
        ("StateFlow emits the old value again after rotation", "kotlin"),
        ("Doctrine flushes too often in my import", "php"),
        ("shared_ptr cycle between parent and child", "cpp"),
    ],
)
def test_a_library_outranks_several_everyday_words(question: str, language: str) -> None:
    assert routed(question)[0] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Traceback (most recent call last):\n  File 'a.py', line 3, in <module>", "python"),
        ("java.lang.NullPointerException: Cannot invoke because value is null", "java"),
        ("TypeError: Cannot read properties of undefined (reading 'map')", "javascript"),
        ("error[E0382]: borrow of moved value: `config`", "rust"),
        ("zsh: command not found: deploy", "shellscript"),
    ],
)
def test_the_error_of_a_compiler_or_runtime_decides(question: str, language: str) -> None:
    assert routed(question, file="go")[0] == language


def test_the_same_in_another_language_is_asked_for_and_not_compared_with() -> None:
    assert routed("Show the same in Java.", file="csharp")[0] == "java"


def test_a_query_in_capitals_outranks_the_open_file() -> None:
    assert routed("How do I express this with a WHERE EXISTS instead?", file="go")[0] == "sql"


def test_selected_lines_count_more_than_an_open_file() -> None:
    assert routed("Align the columns.", file="markdown", region="markdown")[0] == "markdown"
    assert routed("Align the columns with flexbox.", file="markdown")[0] == "css"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("tsconfig.json: what does moduleResolution bundler change?", "jsonc"),
        ("How do I add a path alias in my tsconfig.json?", "jsonc"),
        ("go.mod: how do I replace a module with a local folder?", "go"),
        ("Where does the padding in main.scss come from, with box-sizing?", "scss"),
    ],
)
def test_a_file_in_which_the_matter_is_decides(question: str, language: str) -> None:
    assert routed(question)[0] == language


@pytest.mark.parametrize("file", ["dockerfile", "typescriptreact", "svelte"])
@pytest.mark.parametrize(
    "question",
    [
        "Which line changes the most when one source file changes?",
        "Is a new function made for each row?",
        "Should the heading be one level deeper?",
    ],
)
def test_everyday_words_never_outrank_an_open_file(file: str, question: str) -> None:
    languages = routed(question, file=file)
    assert languages[0] == file or (file == "svelte" and languages[0] == "html")


def test_words_of_an_error_message_are_no_signs_of_other_languages() -> None:
    message = "CS0103: The name 'ViewBag' does not exist in the current context"
    assert routed(message)[0] == "csharp"
    assert routed('failed to solve: process "/bin/sh -c npm ci" did not complete')[0] == (
        "dockerfile"
    )


def test_signs_with_punctuation_are_found_only_as_they_are_written() -> None:
    assert routed("Look at utils.py: is the recursion there bounded?", file="go")[0] == "python"
    assert routed("What does :is do in a selector?")[0] == "css"


def test_a_language_only_compared_with_does_not_count_although_its_file_is_open() -> None:
    question = "Coming from C#, what is the JavaScript equivalent of a LINQ Where?"
    assert routed(question, file="csharp")[0] == "javascript"


def test_code_without_a_name_is_recognized_by_what_only_one_language_writes() -> None:
    fenced = "```\nDELETE FROM sessions WHERE last_seen < now();\n```\nWill it lock?"
    assert routed(fenced, file="cpp")[0] == "sql"
    assert routed("[x for x in range(10) if x % 2] -- and the index?")[0] == "python"
