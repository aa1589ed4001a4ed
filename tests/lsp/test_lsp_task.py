"""`hotseat/task` and `hotseat/tasks`: planned, run, reviewed, undone, resumed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hotseat.lsp.task_messages import TaskPart, TaskResult, TasksResult
from support.lsp_client import LspClient
from support.lsp_start import Start
from support.messages import assert_shape
from support.stub_engine import Reply, Seen, StubEngine

GO = "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n"
HTML = "<html>\n<body>\n<p>Sum</p>\n</body>\n</html>\n"
NEW_GO = GO.replace("add", "sum")
NEW_HTML = HTML.replace("Sum", "Total")
WORDS = "Rename add to sum in main.go, and say Total in page.html"
TAKES = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "delete"],
            "changeAnnotationSupport": {},
        }
    }
}


@pytest.fixture(autouse=True)
def files(stub: StubEngine, workspace: Path) -> None:
    stub.templates = dict.fromkeys(stub.models, "{{ .Messages }}")
    (workspace / "main.go").write_text(GO)
    (workspace / "page.html").write_text(HTML)


@pytest.fixture
async def client(start: Start, workspace: Path) -> LspClient:
    client = await start()
    await client.initialize(workspace=workspace, capabilities=TAKES)
    return client


def says(stub: StubEngine, answers: dict[str, str]) -> None:
    """The answer to the first request that holds the key, in the order of the keys."""

    async def answer(seen: Seen, reply: Reply) -> None:
        asked = seen.body["messages"][1]["content"]
        key = next(key for key in answers if key in asked)
        await reply.begin_stream()
        for line in answers[key].splitlines(keepends=True):
            await reply.chunk({"message": {"content": line}})
        await reply.chunk({"message": {"content": ""}, "done": True, "eval_count": 7})
        await reply.end_stream()

    stub.answers["/api/chat"] = answer


def fenced(text: str) -> str:
    return f"```\n{text}```\n"


BOTH = {"page.html are to change": fenced(NEW_HTML), "main.go are to change": fenced(NEW_GO)}


async def begun(client: LspClient, words: str = WORDS, **more: Any) -> dict[str, Any]:
    params = {"instruction": words, "partialResultToken": "t", **more}
    result: dict[str, Any] = await client.request("hotseat/task", params)
    assert_shape(result, TaskResult)
    return result


async def act(client: LspClient, action: str, **more: Any) -> dict[str, Any]:
    result: dict[str, Any] = await client.request("hotseat/tasks", {"action": action, **more})
    assert_shape(result, TasksResult)
    return result


def parts(client: LspClient) -> list[dict[str, Any]]:
    found = [p["value"] for method, p in client.notifications if method == "$/progress"]
    for part in found:
        assert_shape(part, TaskPart)
    return found


def apply(files: list[dict[str, Any]], workspace: Path) -> None:
    """As the diffs have it, by git."""
    diff = "".join(file["diff"] for file in files if file["state"] == "proposed")
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=workspace, check=True)


async def test_a_task_is_one_edit_that_can_be_taken_and_undone(
    client: LspClient, stub: StubEngine, workspace: Path
) -> None:
    says(stub, BOTH)
    result = await begun(client)
    task, files, edit = result["task"], result["files"], result["edit"]
    assert task["state"] == "done", task
    assert [(s["path"], s["expert"], s["state"], s["tokens"]) for s in task["steps"]] == [
        ("main.go", "go", "done", 7),
        ("page.html", "markup", "done", 7),
    ]
    states = [part["step"]["state"] for part in parts(client) if "step" in part]
    assert list(dict.fromkeys(states)) == ["loading", "writing", "checking", "done"]
    assert parts(client)[0]["task"]["state"] == "planning"
    assert "".join(p.get("text", "") for p in parts(client) if p.get("stepId") == 2)
    (go, _) = edit["documentChanges"]
    assert go["textDocument"] == {"uri": (workspace / "main.go").as_uri(), "version": None}
    assert go["edits"][0]["annotationId"] == "step-1"
    assert edit["changeAnnotations"]["step-2"]["needsConfirmation"]
    assert (workspace / "main.go").read_text() == GO, "the server writes nothing"

    apply([files[0]], workspace)  # the user takes one file and rejects the other
    found = await act(client, "applied", task=task["id"])
    assert [file["state"] for file in found["files"]] == ["written", "proposed"]
    assert (workspace / "main.go").read_text() == NEW_GO
    undone = await act(client, "undo", task=task["id"])
    assert [file["path"] for file in undone["files"]] == ["main.go"]
    apply(undone["files"], workspace)
    assert (workspace / "main.go").read_text() == GO
    shown = await act(client, "show", task=task["id"])
    assert [file["state"] for file in shown["files"]] == ["undone", "proposed"]
    assert [one["id"] for one in (await act(client, "list"))["tasks"]] == [task["id"]]
    assert (await act(client, "forget", task=task["id"]))["removed"] == 1
    assert (await act(client, "list"))["tasks"] == []


async def test_a_plan_is_changed_before_it_runs_and_a_failed_step_loses_no_other(
    client: LspClient, stub: StubEngine, workspace: Path
) -> None:
    bad = "```\nfunc (((\n```\n"
    says(
        stub,
        {
            "new file new.go": fenced("package main\n"),
            "page.html are": fenced(NEW_HTML),
            "main.go are": bad,
        },
    )
    planned = await begun(client, planOnly=True)
    assert (planned["task"]["state"], planned["edit"]) == ("planned", None)
    assert stub.chats() == []
    go, html = planned["task"]["steps"]
    steps = [
        {"id": html["id"], "path": html["path"], "what": "Say Total"},
        {"path": "new.go", "what": "A new file", "after": [html["id"]]},
        {"id": go["id"], "path": go["path"], "what": "Break it"},
        {"path": "../outside.go", "what": "No"},
        {"path": ".env", "what": "No"},
    ]
    result = await client.request(
        "hotseat/task", {"task": planned["task"]["id"], "steps": steps, "inOrder": True}
    )
    task = result["task"]
    assert [(s["path"], s["action"], s["state"]) for s in task["steps"]] == [
        ("page.html", "edit", "done"),
        ("new.go", "create", "done"),
        ("main.go", "edit", "failed"),
    ]
    assert "syntax error" in task["steps"][2]["note"]
    assert "outside of the workspace" in task["note"]
    assert "may hold secrets" in task["note"]
    assert task["state"] == "done"
    kinds = [change.get("kind", "edit") for change in result["edit"]["documentChanges"]]
    assert kinds == ["create", "edit", "edit"]
    says(stub, BOTH)  # what failed is tried again
    again = await client.request("hotseat/task", {"task": task["id"]})
    assert [s["state"] for s in again["task"]["steps"]] == ["done", "done", "done"]
    apply(again["files"], workspace)
    assert (workspace / "new.go").read_text() == "package main\n"


@pytest.mark.extra
async def test_a_file_that_changed_meanwhile_is_a_conflict(
    client: LspClient, stub: StubEngine, workspace: Path
) -> None:
    says(stub, BOTH)
    result = await begun(client)
    (workspace / "main.go").write_text(GO + "// more\n")
    (workspace / "page.html").unlink()
    shown = await act(client, "show", task=result["task"]["id"])
    assert [file["state"] for file in shown["files"]] == ["conflict", "conflict"]
    assert "changed since" in shown["files"][0]["note"]
    assert "deleted or renamed" in shown["files"][1]["note"]
    assert "edit" not in shown
    assert shown["files"][0]["diff"].startswith("diff --git a/main.go b/main.go\n")


async def test_a_killed_server_resumes_where_it_stopped(
    client: LspClient, stub: StubEngine, start: Start, workspace: Path
) -> None:
    says(stub, BOTH)
    usual = stub.answers["/api/chat"]

    async def second_waits(seen: Seen, reply: Reply) -> None:
        if "page.html are" in seen.body["messages"][-1]["content"]:
            await seen.hung_up.wait()
        else:
            await usual(seen, reply)

    stub.answers["/api/chat"] = second_waits
    client.begin("hotseat/task", {"instruction": WORDS, "partialResultToken": "t"})
    await client.until(lambda: any(p.get("step", {}).get("id") == 2 for p in parts(client)))
    await stub.request("/api/chat", 2)
    other = await start()
    await other.initialize(workspace=workspace, capabilities=TAKES)
    (running,) = (await act(other, "list"))["tasks"]
    assert (running["state"], running["done"]) == ("running", 1)
    refused = await other.answer(other.begin("hotseat/task", {"task": running["id"]}))
    assert "runs in another window" in refused["error"]["message"]
    client.process.kill()
    await client.until_ended()
    (left,) = (await act(other, "list"))["tasks"]
    assert (left["state"], left["done"]) == ("stopped", 1)
    stub.answers["/api/chat"] = usual
    n_before = len(stub.chats())
    resumed = await other.request("hotseat/task", {"task": left["id"]})
    assert [s["state"] for s in resumed["task"]["steps"]] == ["done", "done"]
    assert len(stub.chats()) == n_before + 1, "what is done is not done again"
    assert [file["state"] for file in resumed["files"]] == ["proposed", "proposed"]


@pytest.mark.extra
async def test_following_ends_and_the_task_goes_on_until_it_is_cancelled(
    client: LspClient, stub: StubEngine
) -> None:
    says(stub, BOTH)
    with stub.gate("/api/chat"):
        id_ = client.begin("hotseat/task", {"instruction": WORDS, "partialResultToken": "t"})
        await stub.request("/api/chat")
        client.notify("$/cancelRequest", {"id": id_})
        assert (await client.answer(id_))["error"]["code"] == -32800
        (running,) = (await act(client, "list"))["tasks"]
        assert running["state"] == "running"
        followed = client.begin("hotseat/task", {"task": running["id"]})
        one = await act(client, "cancel", task=running["id"], step=1)
        assert one["task"]["steps"][0]["state"] == "cancelled"
        await stub.request("/api/chat", 2)
        stopped = await act(client, "cancel", task=running["id"])
    assert stopped["task"]["state"] == "stopped"
    answer = (await client.answer(followed))["result"]
    assert [s["state"] for s in answer["task"]["steps"]] == ["cancelled", "waiting"]


async def test_a_capable_generalist_plans_and_what_is_no_plan_is_refused(
    client: LspClient, stub: StubEngine, roster: Path, start: Start, workspace: Path
) -> None:
    roster.write_text(
        roster.read_text().replace("{name: generalist,", "{name: generalist, plans: true,")
    )
    plan = {
        "steps": [
            {"action": "edit", "path": "main.go", "what": "Rename add", "symbols": [], "after": []},
            {"action": "edit", "path": "main.go", "what": "Rename add", "symbols": [], "after": []},
            {"action": "edit", "path": ".vscode/tasks.json", "what": "Run", "after": []},
            {"action": "create", "path": "/etc/passwd", "what": "x", "after": []},
        ]
    }
    says(stub, {"Task:": json.dumps(plan)})
    planner = await start()
    await planner.initialize(workspace=workspace)
    task = (await begun(planner, "Rename add", planOnly=True))["task"]
    assert [step["path"] for step in task["steps"]] == ["main.go"]
    assert "Planned by generalist." in task["note"]
    assert "A repeated step" in task["note"]
    assert "makes tools run something" in task["note"]
    assert "outside of the workspace" in task["note"]
    (asked,) = stub.chats()
    assert asked["format"]["properties"]["steps"]["maxItems"] == 20
    says(stub, {"Task:": "I would begin with the tests."})
    refused = (await begun(planner, "Rename add"))["task"]
    assert (refused["state"], refused["steps"]) == ("failed", [])
    assert "it is prose, not a list of steps" in refused["note"]
