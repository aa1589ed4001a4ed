"""A person's and a workspace's experts.yaml over the shipped one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.domain.errors import RosterError
from hotseat.domain.experts import (
    CompletionRule,
    EngineChoice,
    EngineKind,
    Expert,
    ModelSource,
    ModelSpec,
    Roster,
)
from hotseat.domain.network import DEFAULT_RULE
from hotseat.roster import layer
from hotseat.roster.diagnostics import Severity
from hotseat.roster.load import (
    RosterResult,
    load_choice,
    load_paths,
    load_text,
    user_path,
    workspace_path,
)
from hotseat.roster.shipped import shipped_path, shipped_roster

CURSOR = "‸"


def load(text: str, base: str | None = "starter") -> RosterResult:
    roster = shipped_roster(base) if base else None
    return load_text(text, filename="/home/me/experts.yaml", base=roster)


def good(text: str, base: str | None = "starter") -> Roster:
    result = load(text, base)
    assert [str(d) for d in result.diagnostics] == []
    return result.roster


def named(roster: Roster, name: str) -> Expert:
    expert = roster.by_name(name)
    assert expert is not None
    return expert


def check(text: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Roster:
    """One diagnostic, at the cursor in `text`."""
    before, _, after = text.partition(CURSOR)
    result = load(before + after)
    assert len(result.diagnostics) == 1, [str(d) for d in result.diagnostics]
    found = result.diagnostics[0]
    assert message in found.message
    assert hint in found.hint
    assert found.severity is severity
    assert (found.line, found.column) == (before.count("\n"), len(before.rpartition("\n")[2]))
    return result.roster


# What entries mean.


def test_nothing_said_changes_nothing() -> None:
    assert good("") == shipped_roster("starter")


def test_an_entry_changes_only_what_it_says() -> None:
    before = named(shipped_roster("starter"), "go")
    after = named(good("experts: [{name: go, pinned: true}]"), "go")
    assert after.pinned
    assert (after.spec, after.languages, after.source) == (
        before.spec,
        before.languages,
        before.source,
    )


def test_a_new_expert_comes_before_the_shipped_ones() -> None:
    roster = good("experts: [{name: mine, model: my/coder, languages: [go]}]")
    expert = roster.expert_for("go")
    assert expert is not None
    assert expert.spec.model == "my/coder:latest"
    assert expert.spec.option("num_ctx") == 2048  # the roster's, for it says nothing itself


def test_an_expert_can_be_removed() -> None:
    roster = good("experts: [{name: go, remove: true}]")
    assert roster.by_name("go") is None
    assert roster.expert_for("go") == roster.generalist


def test_options_belong_to_the_model_so_all_experts_on_it_follow() -> None:
    roster = good("experts: [{name: go, options: {num_ctx: 8192}}]")
    assert named(roster, "python").spec == named(roster, "go").spec
    assert named(roster, "generalist").spec.option("num_ctx") == 8192
    assert named(roster, "web").spec.option("num_ctx") == 2048


def test_options_at_the_top_reach_every_model() -> None:
    roster = good("options: {num_thread: 2}\nmodels: {smollm2:135m: {options: {num_ctx: 512}}}")
    assert dict(named(roster, "go").spec.options) == {"num_ctx": 512, "num_thread": 2}
    assert dict(named(roster, "sql").spec.options) == {"num_ctx": 2048, "num_thread": 2}


def test_another_source_forgets_the_old_checksum_and_size() -> None:
    go = named(good("models: {smollm2:135m: {source: 'file:my.gguf'}}"), "go")
    assert go.source is not None
    assert go.source.parts == ("file:/home/me/my.gguf",)
    assert go.source.sha256 is None
    assert go.size_bytes is None


def test_another_model_forgets_what_was_said_of_the_old_one() -> None:
    go = named(good("experts: [{name: go, model: starcoder2:3b}]"), "go")
    assert (go.source, go.size_bytes, go.licence, go.fim) == (None, None, None, "auto")


def test_an_adapter_makes_a_model_of_its_own_on_the_base() -> None:
    roster = good("experts: [{name: go, adapter: lora/go.gguf}]")
    go = named(roster, "go")
    assert go.base_model == "smollm2:135m"
    assert go.spec.model == "hotseat/go:latest"
    assert go.adapter == "/home/me/lora/go.gguf"
    assert named(roster, "python").spec.model == "smollm2:135m"


def test_adapters_over_one_base_share_a_seat_where_the_engine_holds_them_together() -> None:
    roster = good("experts: [{name: go, adapter: a.gguf}, {name: python, adapter: b.gguf}]")
    go, python = named(roster, "go"), named(roster, "python")
    assert go.seat == go.spec != python.seat
    shared = roster.on_shared_bases()
    go, python = named(shared, "go"), named(shared, "python")
    assert go.seat == python.seat != go.spec
    assert go.seat.model == "smollm2:135m"
    assert named(shared, "sql") == named(roster, "sql"), "a whole model stays as it is"


def test_a_shipped_adapter_is_a_file_of_their_package() -> None:
    path = Path(named(good("experts: [{name: go, adapter: 'shipped:go'}]"), "go").adapter or "")
    assert path.is_file()
    assert path.parts[-2:] == ("hotseat_adapters", "go.gguf")


def test_without_the_package_of_the_adapters_it_says_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    layer.shipped_adapters.cache_clear()
    request.addfinalizer(layer.shipped_adapters.cache_clear)
    own = load_text("experts: [{name: go, adapter: 'shipped:go'}]", filename="e", base=None)
    used = load_paths(write(tmp_path / "experts.yaml", "use: adapters"), None)
    for result, column in ((own, 31), (used, 6)):
        (found,) = [d for d in result.diagnostics if "adapters" in d.message]
        assert found.message == "the shipped adapters are not installed"
        assert "pip install hotseat-adapters" in found.hint
        assert found.column == column - 1
    assert used.base == "ollama"
    with pytest.raises(RosterError, match="pip install hotseat-adapters"):
        load_choice("adapters", None, trusted=True)


def test_a_prompt_shares_the_seat_of_its_model() -> None:
    roster = good("experts: [{name: vue, languages: vue, model: gemma3:270m, prompt: Be brief.}]")
    assert named(roster, "vue").spec == named(roster, "web").spec
    assert named(roster, "vue").prompt == "Be brief."


def test_the_generalist_can_be_an_expert_or_a_model_of_its_own() -> None:
    roster = good("generalist: go")
    assert roster.generalist == named(roster, "go")
    roster = good("generalist: {model: qwen2.5-coder:3b, size: 1.9GB}")
    assert roster.generalist is not None
    assert (roster.generalist.name, roster.generalist.size_bytes) == ("generalist", 1_900_000_000)


def test_a_generalist_that_is_an_expert_follows_its_changes() -> None:
    base = good("generalist: go")
    result = load_text("experts: [{name: go, model: tiny}]", filename="/x/experts.yaml", base=base)
    assert result.roster.generalist is not None
    assert result.roster.generalist.spec.model == "tiny:latest"


def test_engine_budget_and_switches() -> None:
    roster = good(
        "engine: {kind: ollama, host: gpu.example:11434}\n"
        "budget: {share: 40%, of: vram, reserve: 2GB}\n"
        "keep_alive: 1h\n"
        "languages: {markdown: on, go: off}\n"
    )
    assert roster.engine.kind is EngineKind.OLLAMA
    assert roster.engine.host == "http://gpu.example:11434"
    assert (roster.budget.share, roster.budget.of) == (0.4, "vram")
    assert roster.budget.reserve_bytes == 2_000_000_000
    assert roster.keep_alive_s == 3600
    assert roster.disabled_languages == {"plaintext", "go"}
    assert roster.expert_for("go") is None


OPENAI = "engine: {kind: openai, host: 'https://gpu.example/v1', key_env: TEAM_KEY}"


def test_a_server_with_openais_api_and_its_key() -> None:
    engine = good(OPENAI).engine
    assert engine.kind is EngineKind.OPENAI
    assert (engine.host, engine.key_env) == ("https://gpu.example/v1", "TEAM_KEY")


@pytest.mark.parametrize(
    ("above", "kind", "host", "key_env"),
    [
        ("{host: 'https://gpu.example/v1'}", "openai", "https://gpu.example/v1", "TEAM_KEY"),
        ("{key_env: OTHER}", "openai", "https://gpu.example/v1", "OTHER"),
        ("{host: 'https://other.example'}", "openai", "https://other.example", ""),
        ("ollama", "ollama", EngineChoice().host, ""),
    ],
)
def test_a_key_stays_with_its_host(above: str, kind: str, host: str, key_env: str) -> None:
    below = good(OPENAI)
    result = load_text(f"engine: {above}", filename="/x/experts.yaml", base=below)
    assert result.diagnostics == ()
    engine = result.roster.engine
    assert (engine.kind.value, engine.host, engine.key_env) == (kind, host, key_env)


TEAM = "engine: {kind: team, host: 'https://experts.example', key_env: KEY}"


def test_a_teams_server_and_the_engine_that_takes_over() -> None:
    engine = good(TEAM).engine
    assert (engine.kind, engine.host, engine.key_env) == (
        EngineKind.TEAM,
        "https://experts.example",
        "KEY",
    )
    assert engine.fallback is EngineKind.AUTO
    assert good(TEAM.replace("}", ", fallback: none}")).engine.fallback is None
    embedded = good(TEAM.replace("}", ", fallback: embedded}"))
    assert embedded.engine.fallback is EngineKind.EMBEDDED
    above = load_text("engine: {key_env: K2}", filename="/x/experts.yaml", base=embedded).roster
    assert (above.engine.fallback, above.engine.key_env) == (EngineKind.EMBEDDED, "K2")
    other = load_text(f"{OPENAI}", filename="/x/experts.yaml", base=embedded).roster.engine
    assert other == good(OPENAI).engine


@pytest.mark.parametrize("host", ["http://experts.example", "experts.example", "http://10.0.0.7"])
def test_a_teams_server_on_another_machine_needs_tls(host: str) -> None:
    result = load(f"engine: {{kind: team, host: '{host}', key_env: KEY}}")
    (found,) = result.diagnostics
    assert "unencrypted" in found.message
    assert "https://" in found.hint
    assert result.roster.engine.kind is EngineKind.AUTO
    assert good("engine: {kind: team, host: 'http://127.0.0.1:8420'}").engine.host


def test_patterns_of_secret_files_add_up_and_the_last_files_come_last() -> None:
    below = good("secrets: ['*.sealed', '!certs/test.pem', private/]")
    assert below.secrets == ("*.sealed", "!certs/test.pem", "private/")
    above = load_text("secrets: '*.sealed'", filename="/x/experts.yaml", base=below).roster
    assert above.secrets == ("!certs/test.pem", "private/", "*.sealed")
    assert load_text("", filename="/x/experts.yaml", base=above).roster.secrets == above.secrets


def test_of_wrong_patterns_the_right_ones_are_used() -> None:
    assert load("secrets: ['*.a', '!', 7, ' *.b ', '*.a']").roster.secrets == ("*.a", "*.b")


def test_use_chooses_the_roster_below() -> None:
    assert good("use: starter", base="ollama") == shipped_roster("starter")


def test_without_anything_below_a_roster_stands_alone() -> None:
    roster = good(
        "generalist: {model: a}\nexperts: [{name: go, languages: go, model: a}]", base=None
    )
    assert [e.name for e in roster.everyone()] == ["go", "generalist"]


# What is wrong, where, and what to do.


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("‸expert: []", "unknown key 'expert'", "Did you mean 'experts'?"),
        ("experts:\n  - name: go\n    ‸langauges: [go]", "unknown key", "'languages'"),
        ("budget: ‸6 elephants", "'6 elephants' is not a size", "6GB"),
        ("budget: {share: ‸140%}", "not between 0 and 1", "40%"),
        ("‸budget: {share: 40%, limit: 6GB}", "either a limit or a share", "40% of ram"),
        ("keep_alive: ‸-1", "not between zero and a day", "10m"),
        (
            "engine: ‸olama",
            "'auto', 'ollama', 'embedded', 'openai' or 'team'",
            "Did you mean 'ollama'?",
        ),
        ("engine: ‸openai", "needs a host", "host: http://127.0.0.1:8000"),
        ("engine: {key_env: ‸KEY}", "only an engine of kind openai or team", "kind: openai"),
        ("engine: {fallback: ‸none}", "only an engine of kind team", "kind: team"),
        ("engine: ‸team", "needs a host", "host: https://experts.example"),
        ("engine: {key_env: ‸sk-12345}", "not the name of an environment variable", "itself"),
        ("engine: {host: ‸http://me:secret@h}", "may not hold a password", "Leave"),
        ("engine: {host: ‸'ftp://h'}", "is not an address", "http://127.0.0.1:11434"),
        ("languages: {go: ‸maybe}", "'go' must be on or off", ""),
        ("options: {num_ctx: ‸'4096'}", "'num_ctx' must be a whole number", ""),
        ("options: {num_ctx: ‸1}", "'num_ctx' must be at least 64", ""),
        ("options: {‸num_predict: 5}", "unknown key 'num_predict'", "with each request"),
        ("options: {‸num_thred: 5}", "unknown key 'num_thred'", "Did you mean 'num_thread'?"),
        ("‸experts: {go: x}", "'experts' must be a list", "dash"),
        ("experts: [‸go]", "must be a mapping", "key: value"),
        ("experts: [{‸model: x, languages: [go]}]", "'name' is missing", ""),
        ("experts: [{name: ‸Go, model: x}]", "'Go' is not an expert's name", "a-z"),
        ("experts:\n  - ‸name: zig\n    languages: [zig]", "'zig' has no model", "model:"),
        ("experts: [{name: go, model: ‸../../etc}]", "is not a model's name", "qwen"),
        ("experts: [{name: go}, {‸name: go}]", "two experts 'go'", "first one"),
        ("generalist: ‸pyhton", "there is no expert 'pyhton'", "Did you mean 'python'?"),
        ("‸generalist: {name: go, model: x}", "is the name of an expert", "generalist: go"),
        ("experts: [{‸name: generalist, model: x}]", "the name of the generalist", "`generalist:`"),
        ("use: ‸startr", "no roster 'startr'", "Did you mean 'starter'?"),
        ("models: {a: {sha256: ‸abc}}", "is not a sha256", "64 hex digits"),
        ("models: {a: {source: ['‸http://x']}}".replace("'‸", "‸'"), "not a model source", "pypi:"),
        ("models: {a: {source: [‸'pypi:a==1#../b']}}", "not a path inside a wheel", "pypi:"),
        ("budget: 1GB\n‸budget: 2GB", "'budget' is given twice", "first one"),
        ("‸rosters: {}", "unknown key 'rosters'", "comes with Hotseat"),
        ("secrets: ['*.a', ‸'!']", "'!' names no file", "*.sealed"),
        ("secrets: [‸'/', b]", "'/' names no file", "config/prod/"),
        ("secrets: [‸'a\\b']", "holds a backslash", "/ between folders"),
        ("secrets:\n  - a\n  - ‸3", "an item of 'secrets' must be text", "quotes"),
        ("‸secrets: {a: b}", "'secrets' must be a list", "dash"),
        ("secrets: [‸" + "a" * 201 + "]", "too long", ".gitignore"),
    ],
)
def test_each_fault_is_told_at_its_place_with_a_hint(text: str, message: str, hint: str) -> None:
    check(text, message, hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("experts: [{name: go, languages: [‸golang]}]", "'golang' is not a language id", ""),
        ("languages: {‸mrkdown: off}", "'mrkdown' is not a language id", "'markdown'"),
        ("experts: [{‸name: sqll, remove: true}]", "no expert 'sqll' to remove", "'sql'"),
        (
            "experts: [{name: a, model: m, languages: go}, {name: b, model: m, languages: [‸go]}]",
            "listed by two experts",
            "'a' comes first",
        ),
        ("experts: [{‸name: a, model: m}]", "'a' serves no language", "languages:"),
        ("budget: 1GB\n‸experts:", "'experts' is empty", ""),
    ],
)
def test_what_is_only_odd_is_a_warning(text: str, message: str, hint: str) -> None:
    check(text, message, hint, Severity.WARNING)


def test_two_experts_cannot_give_one_model_different_options() -> None:
    roster = check(
        "experts:\n"
        "  - {name: a, model: m, languages: [c], options: {num_ctx: 1024}}\n"
        "  - {name: b, model: m, languages: [cpp], ‸options: {num_ctx: 2048}}\n",
        "another entry gives 'm:latest' different options",
        "under `models:`",
    )
    assert named(roster, "a").spec == named(roster, "b").spec
    assert named(roster, "b").spec.option("num_ctx") == 1024


def test_the_valid_part_is_kept() -> None:
    result = load(
        "budget: 6 elephants\n"
        "keep_alive: 5m\n"
        "experts:\n"
        "  - {name: go, pinned: perhaps, languages: [go, 3, templ]}\n"
        "  - {name: BAD, model: x}\n"
        "  - {name: zig, model: zigger:1b, languages: [zig]}\n"
    )
    assert len(result.diagnostics) == 4
    assert result.roster.keep_alive_s == 300
    assert result.roster.budget == shipped_roster("starter").budget
    assert named(result.roster, "go").languages == ("go", "templ")
    assert named(result.roster, "zig").spec.model == "zigger:1b"


def test_the_embedder_has_no_options_of_models_that_write() -> None:
    roster = good("embedder: all-minilm\noptions: {num_ctx: 4096}\n")
    assert roster.embedder == ModelSpec(model="all-minilm:latest")
    own = load("embedder: all-minilm\nmodels: {all-minilm: {options: {num_thread: 1}}}\n")
    assert own.roster.embedder == ModelSpec("all-minilm:latest", (("num_thread", 1),))


def test_the_embedder_has_a_source_and_a_size_as_other_models() -> None:
    said = "models: {mini: {source: 'file:/m.gguf', size: 46MB}}\n"
    roster = load(f"embedder: mini\n{said}").roster
    embedder = roster.model_users()[-1]
    assert (embedder.name, embedder.spec.model) == ("embedder", "mini:latest")
    assert embedder.source == ModelSource(parts=("file:/m.gguf",))
    assert embedder.size_bytes == 46_000_000


def test_off_names_no_embedder() -> None:
    assert load("embedder: off\n").roster.embedder is None


def test_another_generalist_is_not_vouched_for_by_the_roster_below() -> None:
    text = "generalist: {name: g, model: big:7b, plans: on}\n"
    base = load(text).roster
    assert base.plans
    other = load_text("keep_alive: 5m", filename="/w/experts.yaml", base=base)
    assert other.roster.plans
    other = load_text("generalist: {model: small:1b}", filename="/w/experts.yaml", base=base)
    assert not other.roster.plans


def test_diagnostics_come_in_the_order_of_the_file() -> None:
    result = load("languages: {go: maybe}\nx: 1\nexperts: [{name: go, pinned: 3}]\ny: 2\n")
    assert [d.line for d in result.diagnostics] == [0, 1, 2, 3]


def test_broken_yaml_is_one_diagnostic_and_the_roster_below_stays() -> None:
    roster = check("budget: 1GB\nexperts: [{name: go\nkeep_alive‸: 5m", "broken YAML")
    assert roster == shipped_roster("starter")


def test_a_diagnostic_reads_like_a_compilers() -> None:
    (found,) = load("budget: 6GB\nexprts: []").diagnostics
    assert str(found) == (
        "/home/me/experts.yaml:2:1: error: unknown key 'exprts'. Did you mean 'experts'?"
    )


def test_the_shipped_file_open_in_an_editor_is_judged_as_such() -> None:
    text = shipped_path().read_text("utf-8").replace("keep_alive: 10m", "keep_alive: never", 1)
    result = load_text(text, filename="experts.yaml", base=None, origin="shipped")
    assert [d.message for d in result.diagnostics] == ["'never' is not a duration"]


@settings(max_examples=150, deadline=None)
@given(
    position=st.integers(0, 4000),
    length=st.integers(0, 12),
    junk=st.text(alphabet=":-[]{}&*!#|>'\"%\t\n \\abc019.é😀", max_size=8),
)
def test_no_text_at_all_raises(position: int, length: int, junk: str) -> None:
    text = shipped_path().read_text("utf-8").partition("  ollama:\n")[2].partition("  starter:")[0]
    text = text[:position] + junk + text[position + length :]
    result = load_text(text, filename="x/experts.yaml", base=shipped_roster("starter"))
    for expert in result.roster.everyone():
        assert expert.spec.model
    specs = {e.spec.model: e.spec for e in result.roster.everyone()}
    assert all(specs[e.spec.model] == e.spec for e in result.roster.everyone())


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_KEYS = ["use", "engine", "budget", "keep_alive", "options", "languages", "models", "generalist"]
_KEYS += ["secrets", "embedder"]
_EXPERT_KEYS = ["name", "model", "languages", "adapter", "source", "options", "size", "pinned"]


@settings(max_examples=150, deadline=None)
@given(
    top=st.dictionaries(st.sampled_from(_KEYS), _JUNK),
    experts=st.lists(st.dictionaries(st.sampled_from(_EXPERT_KEYS), _JUNK) | _JUNK, max_size=3),
    trusted=st.booleans(),
)
def test_no_values_at_all_raise(
    top: dict[str, object], experts: list[object], trusted: bool
) -> None:
    text = json.dumps({**top, "experts": experts})
    result = load_text(
        text,
        filename="/w/.hotseat/experts.yaml",
        base=shipped_roster("starter"),
        trusted=trusted,
        origin="workspace",
    )
    assert result.roster.generalist is not None


# Files.


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_shipped_then_mine_then_the_workspaces(tmp_path: Path) -> None:
    mine = write(tmp_path / "me/experts.yaml", "use: starter\nkeep_alive: 5m\nbudget: 1GB")
    write(workspace_path(tmp_path / "work"), "keep_alive: 7m")
    result = load_paths(mine, tmp_path / "work", trusted=True)
    assert result.diagnostics == ()
    assert result.roster.keep_alive_s == 420
    assert result.roster.budget.limit_bytes == 1_000_000_000
    assert result.files == (mine, tmp_path / "work/.hotseat/experts.yaml")


def test_a_file_at_the_top_of_a_workspace_is_not_its_roster(tmp_path: Path) -> None:
    write(tmp_path / "experts.yaml", "keep_alive: 7m")
    assert load_paths(None, tmp_path, trusted=True).roster == shipped_roster()


def test_use_as_an_argument_wins(tmp_path: Path) -> None:
    mine = write(tmp_path / "experts.yaml", "use: ollama\nkeep_alive: 5m")
    result = load_paths(mine, None, use="starter")
    assert result.roster.generalist is not None
    assert result.roster.generalist.spec.model == "smollm2:135m"
    assert result.roster.keep_alive_s == 300


def test_files_that_are_not_there_are_no_fault(tmp_path: Path) -> None:
    result = load_paths(tmp_path / "none.yaml", tmp_path)
    assert result.diagnostics == ()
    assert result.roster == shipped_roster()


def test_a_file_that_the_environment_names_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSEAT_EXPERTS", str(tmp_path / "none.yaml"))
    (found,) = load_paths(user_path(), None).diagnostics
    assert "no such file" in found.message


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    mine = tmp_path / "experts.yaml"
    mine.write_bytes(b"budget: 1GB # \xff\xfe")
    result = load_paths(mine, None)
    assert [d.message for d in result.diagnostics] == ["the file is not UTF-8"]
    assert result.roster.network.level == "none"  # it may say so
    assert replace(result.roster, network=DEFAULT_RULE) == shipped_roster()


def test_a_folder_instead_of_a_file_is_told(tmp_path: Path) -> None:
    (found,) = load_paths(tmp_path, None).diagnostics
    assert "cannot be read" in found.message


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    mine = tmp_path / "experts.yaml"
    mine.write_bytes(b"\xef\xbb\xbfkeep_alive: 5m\n")
    assert load_paths(mine, None).roster.keep_alive_s == 300


def test_a_roster_is_chosen_by_name_or_file(tmp_path: Path) -> None:
    mine = write(tmp_path / "other.yaml", "use: starter\nkeep_alive: 5m")
    assert load_choice("starter", None, trusted=False).roster == shipped_roster("starter")
    assert load_choice(str(mine), None, trusted=False).roster.keep_alive_s == 300
    write(workspace_path(tmp_path), "languages: {sql: off}")
    assert "sql" in load_choice("starter", tmp_path, trusted=False).roster.disabled_languages
    assert "sql" in load_choice(str(mine), tmp_path, trusted=False).roster.disabled_languages
    with pytest.raises(RosterError, match="ollama, starter"):
        load_choice("nonsense", None, trusted=False)


# What is done with suggestions.


def test_what_is_done_with_suggestions_is_laid_over_by_key() -> None:
    base = good("completion: {threshold: 0.5}")
    assert base.completion == CompletionRule(threshold=0.5, statistics=True)
    above = load_text("completion: {statistics: off}", filename="b.yaml", base=base)
    assert above.diagnostics == ()
    assert above.roster.completion == CompletionRule(threshold=0.5, statistics=False)
    assert good("completion: {learn: off}").completion == CompletionRule(learn=False)
    assert good("completion: {threshold: 0}").completion.threshold == 0.0
    assert good("completion: {threshold: 1}").completion.threshold == 1.0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("completion: {threshold: ‸1.5}", "'threshold' must be at most 1"),
        ("completion: {threshold: ‸-1}", "'threshold' must be at least 0"),
        ("completion: {threshold: ‸.nan}", "'threshold' must be"),
        ("completion: {threshold: ‸high}", "'threshold' must be a number"),
        ("completion: {statistics: ‸7}", "'statistics' must be on or off"),
        ("completion: {learn: ‸7}", "'learn' must be on or off"),
        ("completion: ‸0.3", "'completion' must be a mapping"),
        ("completion: {‸treshold: 0.3}", "unknown key 'treshold'"),
    ],
)
def test_a_completion_that_is_wrong_leaves_what_was(text: str, problem: str) -> None:
    assert check(text, problem).completion == CompletionRule()


def test_an_editors_other_name_of_a_language_means_its_id() -> None:
    roster = load(
        "experts: [{name: a, model: m, languages: [cuda, rst]}]\nlanguages: {viml: off}"
    ).roster
    assert roster.experts[0].languages == ("cuda-cpp", "restructuredtext")
    assert "vim" in roster.disabled_languages
