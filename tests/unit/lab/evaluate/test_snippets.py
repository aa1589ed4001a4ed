"""`hotseat bench snippets` on repositories of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.snippets import bench_snippets

GO = """package store

func (s *Store) Get(ctx context.Context, id string) (*Item, error) {
	row := s.db.QueryRowContext(ctx, query, id)
	if err := row.Scan(&item.ID, &item.Name); err != nil {
		return nil, fmt.Errorf("get %s: %w", id, err)
	}
	return &item, nil
}
"""


def test_code_of_a_repository_is_cut_and_recognized(tmp_path: Path) -> None:
    (tmp_path / "shop" / "node_modules").mkdir(parents=True)
    (tmp_path / "shop" / "store.go").write_text(GO * 8)
    (tmp_path / "shop" / "node_modules" / "left.js").write_text("let a = 1;\n" * 50)
    result = bench_snippets(tmp_path)
    assert result["languages"] == ["go"]
    assert result["tokens_64"]["n"] > 0
    assert result["tokens_128"]["right"] == 1.0


def test_a_folder_without_repositories_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no source files"):
        bench_snippets(tmp_path)
