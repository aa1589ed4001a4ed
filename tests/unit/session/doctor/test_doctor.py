"""What the doctor says of adapters, by engine."""

from __future__ import annotations

from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.session.doctor.models import unshared_adapters


def expert(name: str, *, base: str | None) -> Expert:
    return Expert(
        name=name,
        languages=(name,),
        spec=ModelSpec(f"hotseat/{name}:latest" if base else "tiny:latest"),
        adapter=f"/{name}.gguf" if base else None,
        base_model=base,
    )


def test_where_adapters_are_whole_models_the_doctor_says_what_that_costs() -> None:
    experts = (expert("go", base="tiny"), expert("sql", base="tiny"), expert("css", base="other"))
    note = unshared_adapters(Roster(experts=experts))
    assert note is not None
    assert "go, sql over tiny" in note.detail
    assert "css" not in note.detail, "nothing is shared there"
    assert "embedded" in note.hint


def test_nothing_is_said_of_one_adapter_alone() -> None:
    assert unshared_adapters(Roster(experts=(expert("go", base="tiny"),))) is None
