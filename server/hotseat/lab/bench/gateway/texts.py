"""Files that agents read in the conversations: made up, short, and each different. Pure."""

from __future__ import annotations

EXTENSIONS = {
    "bash": "sh",
    "css": "css",
    "go": "go",
    "html": "html",
    "java": "java",
    "javascript": "js",
    "php": "php",
    "python": "py",
    "ruby": "rb",
    "rust": "rs",
    "sql": "sql",
    "typescript": "ts",
    "yaml": "yaml",
}
_CODE = {
    "bash": 'set -eu\nfor f in data/part{n}-*; do\n  gzip -k "$f"\ndone\n',
    "css": ".card-{n} {{\n  display: flex;\n  margin: {n}px auto;\n}}\n",
    "go": "package shop\n\nfunc Total{n}(prices []int) int {{\n\tsum := {n}\n"
    "\tfor _, p := range prices {{\n\t\tsum += p\n\t}}\n\treturn sum\n}}\n",
    "html": '<section id="part-{n}">\n  <h2>Part {n}</h2>\n  <ul><li>One</li></ul>\n</section>\n',
    "java": "class Total{n} {{\n  int of(int[] prices) {{\n    int sum = {n};\n"
    "    for (int p : prices) sum += p;\n    return sum;\n  }}\n}}\n",
    "javascript": "export function total{n}(prices) {{\n  let sum = {n}\n"
    "  for (const p of prices) sum += p\n  return sum\n}}\n",
    "php": "<?php\nfunction total{n}(array $prices): int {{\n"
    "  return array_sum($prices) + {n};\n}}\n",
    "python": "def total_{n}(prices):\n    total = {n}\n    for price in prices:\n"
    "        total += price\n    return total\n",
    "ruby": "def total_{n}(prices)\n  prices.sum + {n}\nend\n",
    "rust": "fn total_{n}(prices: &[i64]) -> i64 {{\n    prices.iter().sum::<i64>() + {n}\n}}\n",
    "sql": "SELECT name, price FROM items\nWHERE price > {n}\nORDER BY name;\n",
    "typescript": "export function total{n}(prices: number[]): number {{\n"
    "  return prices.reduce((sum, p) => sum + p, {n})\n}}\n",
    "yaml": "service_{n}:\n  image: shop:{n}\n  ports:\n    - 80{n}\n",
}
QUESTIONS = (
    "This is slower than it was last week. Find out why, and repair it.",
    "Rename what is unclear here, and keep the behaviour.",
    "A customer reports a wrong result. What can be wrong?",
    "Add what is missing for the new kind of order.",
    "Simplify this without changing what it does.",
)


def path_of(language: str, n: int) -> str:
    """Return the path of file number `n`."""
    return f"src/part{n}.{EXTENSIONS.get(language, language)}"


def code_of(language: str, n: int) -> str:
    """Return the text of file number `n`."""
    known = _CODE.get(language)
    return known.format(n=n) if known else f"part {n}\n"


def question(n: int) -> str:
    """Return what a user asks: it names no language."""
    return QUESTIONS[n % len(QUESTIONS)]
