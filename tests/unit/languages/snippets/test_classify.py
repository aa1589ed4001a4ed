"""The language of code without a name."""

from __future__ import annotations

import pytest

from hotseat.languages.detect import language_of
from hotseat.languages.snippets.classify import PROSE, language_of_snippet
from hotseat.languages.snippets.table import parsed, read_table, written

GO = """func (s *Store) Get(ctx context.Context, id string) (*Item, error) {
	row := s.db.QueryRowContext(ctx, query, id)
	var item Item
	if err := row.Scan(&item.ID, &item.Name); err != nil {
		return nil, fmt.Errorf("get %s: %w", id, err)
	}
	return &item, nil
}"""
RUBY = """  def self.totals(orders)
    orders.group_by(&:customer).map do |customer, list|
      [customer.name, list.sum { |order| order.price }]
    end.to_h
  end

  attr_reader :name"""
RUST = """impl Cache {
    pub fn get(&mut self, key: &str) -> Option<&Vec<u8>> {
        match self.map.get(key) {
            Some(value) => Some(value),
            None => None,
        }
    }
}"""
SQL = """SELECT c.name, count(*) AS n
FROM customer c
LEFT JOIN orders o ON o.customer_id = c.id
WHERE o.created_at > '2024-01-01'
GROUP BY c.name
ORDER BY n DESC;"""
PROSE_TEXT = """The meeting is on Monday at ten. Please bring the numbers of the last month,
and think about what we could do better. Anna will write the minutes, and Paul
will show what he has built. If you cannot come, write to me before Friday."""


@pytest.mark.parametrize(
    ("language", "text"), [("go", GO), ("ruby", RUBY), ("rust", RUST), ("sql", SQL)]
)
def test_code_is_recognized_without_a_name(language: str, text: str) -> None:
    assert language_of_snippet(text) == language


@pytest.mark.parametrize("text", ["", "x", "foo(bar)", "\x00\x01", PROSE_TEXT])
def test_nothing_is_said_of_prose_and_of_too_little(text: str) -> None:
    assert language_of_snippet(text) is None


def test_a_file_that_was_never_saved_has_the_language_of_its_text() -> None:
    assert language_of("untitled:Untitled-1", "plaintext", GO.splitlines()) == "go"
    assert language_of("untitled:Untitled-1", "plaintext", PROSE_TEXT.splitlines()) == "plaintext"
    assert language_of("file:///notes", "plaintext", GO.splitlines()) == "plaintext"


def test_the_table_knows_many_languages_and_is_small() -> None:
    table = read_table()
    assert len(set(table.languages) - {PROSE}) >= 12
    text = written(["a", "b"], {"x": {"a": -0.15, "b": -3.0}})
    assert parsed(text).logs == {"x": (-0.15, -3.0)}
    assert len(table.logs) * (len(table.languages) + 10) < 5_000 * len(table.languages)
