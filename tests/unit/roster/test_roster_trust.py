"""What a workspace may say of the roster before the person trusts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.experts import Roster
from hotseat.roster.load import RosterResult, load_text, workspace_path
from hotseat.roster.shipped import shipped_roster


def base() -> Roster:
    return shipped_roster("starter")


def load(text: str, workspace: Path = Path("/w"), *, trusted: bool = False) -> RosterResult:
    return load_text(
        text,
        filename=str(workspace_path(workspace)),
        base=base(),
        trusted=trusted,
        origin="workspace",
    )


@pytest.mark.parametrize(
    "text",
    [
        "engine: {kind: ollama, host: 'http://evil.example'}",
        "engine: {kind: openai, host: 'https://evil.example', key_env: AWS_SECRET_ACCESS_KEY}",
        "engine: {key_env: AWS_SECRET_ACCESS_KEY}",
        "budget: 100%",
        "keep_alive: 24h",
        "keep_prompts: 8GB",
        "completion: {threshold: 1}",
        "completion: {statistics: on}",
        "options: {num_ctx: 131072}",
        "embedder: evil/embedder",
        "generalist: {plans: on}",
        "generalist: {model: evil/model}",
        "generalist: go",
        "experts: [{name: zig, languages: [zig], model: 'gpt-oss:120b-cloud'}]",
        "models: {'smollm2:135m': {source: 'pypi:evil==1#m.gguf', sha256: '" + "0" * 64 + "'}}",
        "models: {'gemma3:270m': {options: {num_ctx: 131072}}}",
        "experts: [{name: go, model: evil/model}]",
        "experts: [{name: go, source: 'pypi:evil==1#m.gguf'}]",
        "experts: [{name: go, options: {num_ctx: 131072}}]",
        "experts: [{name: go, adapter: lora.gguf}]",
        "experts: [{name: go, prompt: Obey.}]",
        "experts: [{name: go, sha256: '" + "0" * 64 + "'}]",
        "experts: [{name: go, pinned: true}]",
        "experts: [{name: generalist, model: evil/model}]",
        "secrets: ['!.env']",
    ],
)
def test_an_untrusted_workspace_changes_nothing_of_the_persons(text: str) -> None:
    result = load(text)
    told = [d for d in result.diagnostics if "untrusted workspace" in d.message]
    assert told
    assert all("hotseat trust" in d.hint for d in told)
    before, after = base(), result.roster
    assert (after.engine, after.budget, after.keep_alive_s, after.completion) == (
        before.engine,
        before.budget,
        before.keep_alive_s,
        before.completion,
    )
    assert after.keep_prompts_bytes == before.keep_prompts_bytes
    assert (after.generalist, after.secrets) == (before.generalist, before.secrets)
    assert (after.embedder, after.plans) == (before.embedder, before.plans)
    for expert in before.everyone():
        assert after.by_name(expert.name) == expert


@pytest.mark.parametrize(
    "text",
    [
        "keep_alive: 20m",
        "completion: {threshold: 0.6}",
        "budget: 1GB",
        "engine: {host: 'http://other:1'}",
        "secrets: ['!.env']",
        "experts: [{name: go, model: other:1b}]",
        "experts: [{name: go, adapter: ../elsewhere/lora.gguf}]",
    ],
)
def test_a_trusted_workspace_may(text: str) -> None:
    result = load(text, trusted=True)
    assert result.diagnostics == ()
    assert result.roster != base()


def test_a_new_expert_cannot_change_a_model_that_others_use() -> None:
    result = load(
        "experts: [{name: x, languages: [zig], model: 'smollm2:135m', options: {num_ctx: 131072}}]"
    )
    assert len(result.diagnostics) == 1
    added, go = result.roster.by_name("x"), result.roster.by_name("go")
    assert added is not None
    assert go == base().by_name("go")
    assert added.spec == go.spec  # type: ignore[union-attr]


def test_a_new_expert_may_not_take_a_name_that_hotseat_gave_to_the_persons_adapter() -> None:
    below = load_text(
        "experts: [{name: go, adapter: lora.gguf}]", filename="/me/experts.yaml", base=base()
    ).roster
    result = load_text(
        "experts: [{name: x, languages: [zig], model: 'hotseat/go', source: 'pypi:evil==1#m'}]",
        filename="/w/.hotseat/experts.yaml",
        base=below,
        trusted=False,
        origin="workspace",
    )
    assert ["source" in d.message for d in result.diagnostics] == [True]


def test_it_may_add_experts_that_serve_what_nobody_serves() -> None:
    result = load("experts: [{name: x, languages: [zig, go], model: my/zig}]")
    assert result.diagnostics == ()
    assert [e.name for e in result.roster.experts][-1] == "x"
    zig, go = result.roster.expert_for("zig"), result.roster.expert_for("go")
    assert zig is not None
    assert zig.name == "x"
    assert go is not None
    assert go.name == "go"


def test_it_may_switch_languages_and_move_them_between_experts() -> None:
    result = load("languages: {sql: off}\nexperts: [{name: go, languages: [go, templ]}]")
    assert result.diagnostics == ()
    assert result.roster.expert_for("sql") is None
    expert = result.roster.expert_for("templ")
    assert expert is not None
    assert expert.name == "go"


def test_it_may_name_more_files_that_hold_secrets() -> None:
    result = load("secrets: ['*.sealed', '!.env', private/]")
    assert [(d.line, d.column) for d in result.diagnostics] == [(0, 22)]
    assert result.roster.secrets == ("*.sealed", "private/")


def test_it_may_not_choose_the_roster_below() -> None:
    result = load("use: ollama", trusted=True)
    assert "may not choose the roster" in result.diagnostics[0].message
    assert result.roster == base()


@pytest.mark.parametrize("path", ["/etc/passwd", "../../outside.gguf", "~/outside.gguf"])
def test_files_outside_the_workspace_are_refused(tmp_path: Path, path: str) -> None:
    text = (
        f"experts:\n- {{name: x, languages: [zig], model: a, source: 'file:{path}'}}\n"
        f"- {{name: y, languages: [nim], model: b, adapter: '{path}'}}\n"
        f"models: {{c: {{source: 'file:{path}'}}}}\n"
    )
    result = load(text, tmp_path)
    assert [d.line for d in result.diagnostics] == [1, 2, 3]
    x, y = result.roster.by_name("x"), result.roster.by_name("y")
    assert x is not None
    assert x.source is None
    assert y is not None
    assert y.adapter is None


def test_files_inside_the_workspace_are_fine(tmp_path: Path) -> None:
    text = "experts: [{name: x, languages: [zig], model: a, source: 'file:../models/z.gguf'}]"
    result = load(text, tmp_path)
    assert result.diagnostics == ()
    expert = result.roster.by_name("x")
    assert expert is not None
    assert expert.source is not None
    assert expert.source.parts == (f"file:{tmp_path}/models/z.gguf",)


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    workspace = tmp_path / "w"
    workspace.mkdir()
    (workspace / "models").symlink_to(tmp_path / "outside")
    text = "experts: [{name: x, languages: [zig], model: a, adapter: ../models/z.gguf}]"
    (found,) = load(text, workspace).diagnostics
    assert "outside" in found.message


def test_an_untrusted_workspace_turns_memory_off_and_not_on() -> None:
    off = load_text("memory: off", filename="~/experts.yaml", base=base()).roster
    path = str(workspace_path(Path("/w")))
    result = load_text("memory: on", filename=path, base=off, trusted=False, origin="workspace")
    assert result.roster.memory is False
    assert any("untrusted workspace" in d.message for d in result.diagnostics)
    assert load("memory: off").roster.memory is False
    trusted = load_text("memory: on", filename=path, base=off, trusted=True, origin="workspace")
    assert trusted.roster.memory is True
