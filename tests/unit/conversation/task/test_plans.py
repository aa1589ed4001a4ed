"""Plans: what a model or a user writes, checked; and which files a task may not change."""

from __future__ import annotations

import json

import pytest

from hotseat.conversation.task.checking import Limits, Place, checked
from hotseat.conversation.task.draft import UnusablePlan, plan_messages, plan_schema, read_plan
from hotseat.conversation.task.paths import is_named, plain_path, runs_something
from hotseat.conversation.task.plan import Action, DraftStep, Step, StepState

LIMITS = Limits(files=3, tokens=1000)


def look(path: str) -> Place:
    if path.startswith(".."):
        return Place(path=path, problem="it is outside of the workspace")
    return Place(path=path, exists=path.startswith("old"), language="go")


def draft(path: str, what: str = "Change it", **more: object) -> DraftStep:
    return DraftStep(path=path, what=what, **more)  # type: ignore[arg-type]


def test_a_plan_that_repeats_itself_leaves_or_never_ends_is_cut() -> None:
    endless = [draft(f"old{n}.go") for n in range(50)]
    plan = checked([draft("old0.go"), draft("../x"), *endless], look, LIMITS)
    assert [step.path for step in plan.steps] == ["old0.go", "old1.go", "old2.go"]
    assert "../x is left out: it is outside of the workspace." in plan.notes
    assert "A repeated step is left out." in plan.notes
    assert "old3.go is left out: a task may change 3 files." in plan.notes
    same = [draft("old.go", f"Part {n}") for n in range(50)]
    assert len(checked(same, look, LIMITS).steps) == LIMITS.steps


def test_actions_follow_what_is_there_and_dependencies_make_no_circle() -> None:
    plan = checked(
        [
            draft("new.go", action=Action.EDIT, after=(2,)),
            draft("old.go", action=Action.CREATE, after=(1, 2, 9)),
            draft("new.go", "More", after=(1,), symbols=("add",)),
        ],
        look,
        LIMITS,
    )
    assert [(s.id, s.action, s.after) for s in plan.steps] == [
        (1, Action.CREATE, ()),
        (2, Action.EDIT, (1,)),
        (3, Action.EDIT, (1,)),
    ]
    assert plan.steps[2].symbols == ("add",)


def test_steps_that_have_begun_keep_their_ids_and_count() -> None:
    begun = Step(
        id=4, path="a.go", language="go", action=Action.EDIT, what="x", state=StepState.DONE
    )
    plan = checked(
        [draft("old.go", id=2, after=(4,)), draft("old2.go"), draft("old3.go", id=4)],
        look,
        LIMITS,
        kept=[begun],
        first_id=5,
    )
    assert [(s.id, s.path, s.after) for s in plan.steps] == [
        (2, "old.go", (4,)),
        (5, "old2.go", ()),
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "it is empty"),
        ("First I would read the code.", "it is prose"),
        ('{"steps": [{"path": "a", "what": "b"}, {"pa', "it does not end"),
        ('{"answer": 1}', "it holds no list"),
        ('{"steps": [1, "x", {"what": "no path"}]}', "it has no steps"),
        ('{"steps": ' + "[" * 5000, "it does not end"),
    ],
)
def test_what_is_no_plan_says_why(answer: str, reason: str) -> None:
    with pytest.raises(UnusablePlan, match=reason):
        read_plan(answer)


def test_a_plan_is_read_out_of_prose_and_odd_fields_are_passed_over() -> None:
    text = json.dumps(
        {"steps": [{"path": "a.go", "what": "x", "action": "run", "symbols": [1, "f"], "after": 3}]}
    )
    assert read_plan(f"Here it is:\n```json\n{text}\n```") == [draft("a.go", "x", symbols=("f",))]


def test_the_schema_names_the_real_files_and_symbols() -> None:
    schema = plan_schema(["a.go"], ["add"], max_steps=5)
    edit, create = schema["properties"]["steps"]["items"]["anyOf"]
    assert edit["properties"]["path"] == {"enum": ["a.go"]}
    assert edit["properties"]["symbols"]["items"]["enum"] == ["add"]
    assert create["properties"]["action"] == {"enum": ["create"]}
    (_, (_, asked)) = plan_messages(
        "Rename add", paths=["a.go"], symbols=["add"], persona=None, max_steps=5, n_bytes=4000
    )
    assert asked == "Files:\na.go\n\nDefinitions:\nadd\n\nTask: Rename add"


@pytest.mark.parametrize(
    "path",
    [
        ".git/hooks/pre-commit",
        "sub/.GIT/config",
        ".vscode/tasks.json",
        "app/.idea/workspace.xml",
        ".husky/pre-push",
        ".envrc",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        "web/package.json",
        "build.rs",
        ".git./config",
        "a.code-workspace",
        ".claude/settings.json",
    ],
)
def test_files_that_make_tools_run_something(path: str) -> None:
    assert runs_something(path)


@pytest.mark.parametrize("path", ["main.go", "github/workflows/ci.yml", "docs/git.md", "Makefile"])
def test_other_files(path: str) -> None:
    assert not runs_something(path)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "~/x", "a/../../b", "C:/x", "", ".", "a\0b", ".g\u200cit/x"]
)
def test_paths_that_cannot_be_in_the_workspace(path: str) -> None:
    with pytest.raises(ValueError):
        plain_path(path)


def test_a_file_is_named_by_its_path_or_its_name() -> None:
    assert plain_path("./a//b\\c.go") == "a/b/c.go"
    assert is_named(".github/workflows/ci.yml", "Cache pip in ci.yml")
    assert is_named("web/package.json", "Add it to @web/package.json.")
    assert not is_named("package.json", "Edit other-package.json and package.json5")
