"""YAML text as plain values that know where they stood: the one place that reads ruamel.yaml.

Safe by construction: nodes are turned into maps, lists and scalars here, no tag constructs
anything. A file of more than `MAX_BYTES`, or one whose aliases multiply, is refused. It must not
judge what the values mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hotseat.roster.diagnostics import Span

MAX_BYTES = 256_000
"""ruamel.yaml reads 100 kB in a second; a roster has a few kB."""
MAX_NODES = 5_000
"""Values, before and after aliases are resolved; the shipped file has about 600."""
MAX_DEPTH = 32
_CORE = "tag:yaml.org,2002:"
_CONTAINER_TAGS = {_CORE + kind for kind in ("map", "seq")}
_SCALAR_TAGS = {_CORE + kind for kind in ("null", "bool", "int", "float", "str", "timestamp")}


class TreeError(Exception):
    """The text is not YAML that a roster can be. `span` says where."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


class Map(dict[str, Any]):
    """A mapping with the place of each key and value; its own place is that of its first key."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span
        self.key_spans: dict[str, Span] = {}
        self.value_spans: dict[str, Span] = {}
        self.repeated: list[tuple[str, Span]] = []


class Seq(list[Any]):
    """A list with the place of each item, and of itself."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span
        self.item_spans: list[Span] = []


def parse(text: str) -> Map:
    """Raises TreeError. An empty file is an empty map."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        too_large = f"the file is larger than {MAX_BYTES // 1000} kB"
        raise TreeError(too_large, Span(), "A roster has a few kB")
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _LimitedComposer
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span() if mark is None else _point(mark.line, mark.column)
        problem = error.problem or error.context or "not YAML"
        hint = "Indent with spaces" if "\\t" in problem or "tab" in problem else ""
        raise TreeError(f"broken YAML: {problem}", span, hint) from None
    except YAMLError as error:
        first_line = str(error).strip().splitlines()[0]
        raise TreeError(f"broken YAML: {first_line}", Span()) from None
    if root is None:
        return Map(Span())
    value = _Converter().convert(root, depth=0)
    if value is None:
        return Map(Span())
    if not isinstance(value, Map):
        raise TreeError("a roster is a mapping", _span(root), "Begin with a key such as `experts:`")
    return value


def span_at(tree: Map | Seq, path: Sequence[str | int], *, key: bool = False) -> Span:
    """The place of the value at `path`, or of its key; of the nearest thing that exists."""
    here: Any = tree
    span = tree.span
    for index, step in enumerate(path):
        if not has(here, step):
            break
        if isinstance(here, Map):
            name = str(step)
            # A whole block is a bad place for a squiggle: point at its key.
            is_block = isinstance(here[name], Map | Seq)
            use_key = is_block or (key and index == len(path) - 1)
            span = here.key_spans[name] if use_key else here.value_spans[name]
        else:
            span = here.item_spans[step]
        here = here[step]
    return span


def has(here: Any, step: str | int) -> bool:
    """True if `here[step]` is there: a key of a map, an index of a list."""
    if isinstance(here, Map):
        return step in here
    return isinstance(here, Seq) and isinstance(step, int) and 0 <= step < len(here)


def remove_at(tree: Map | Seq, path: Sequence[str | int]) -> bool:
    """Remove the value at `path`, or its nearest ancestor that exists; False if nothing does."""
    here: Any = tree
    found: tuple[Any, str | int] | None = None
    for step in path:
        if not has(here, step):
            break
        found = (here, step)
        here = here[step]
    if found is None:
        return False
    holder, step = found
    del holder[step]
    if isinstance(holder, Seq) and isinstance(step, int):
        del holder.item_spans[step]
    return True


class _LimitedComposer(Composer):
    """Counts while it reads: ruamel.yaml alone takes 20 s for 1 MB of `a,a,a`."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self._n_nodes = 0
        self._n_open = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._n_nodes += 1
        self._n_open += 1
        mark = self.parser.peek_event().start_mark
        if self._n_nodes > MAX_NODES:
            raise TreeError("too many values", _point(mark.line, mark.column))
        if self._n_open > MAX_DEPTH:
            raise TreeError("values are nested too deeply", _point(mark.line, mark.column))
        node = super().compose_node(parent, index)
        self._n_open -= 1
        return node


class _Converter:
    """Counts as it goes, so that aliases cannot multiply without end."""

    def __init__(self) -> None:
        self.n_nodes = 0

    def convert(self, node: Node, *, depth: int) -> Any:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise TreeError("too many values", _span(node), "Aliases may not multiply")
        if depth > MAX_DEPTH:
            raise TreeError("values are nested too deeply", _span(node))
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if str(node.tag) not in _CONTAINER_TAGS:
            raise _unwanted_tag(node)
        if isinstance(node, SequenceNode):
            items = Seq(_span(node))
            for child in node.value:
                items.append(self.convert(child, depth=depth + 1))
                items.item_spans.append(_first_line(child))
            return items
        if isinstance(node, MappingNode):
            return self._mapping(node, depth)
        raise TreeError("an unknown kind of value", _span(node))

    def _mapping(self, node: MappingNode, depth: int) -> Map:
        result = Map(_first_line(node))
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise TreeError("a key must be a word", _span(key_node))
            key = str(key_node.value)
            if key in result:
                result.repeated.append((key, _span(key_node)))
                continue
            result[key] = self.convert(value_node, depth=depth + 1)
            result.key_spans[key] = _span(key_node)
            result.value_spans[key] = _span(value_node)
        return result


def _scalar(node: ScalarNode) -> Any:
    tag, text = str(node.tag), str(node.value)
    if tag not in _SCALAR_TAGS:
        raise _unwanted_tag(node)
    try:
        match tag.removeprefix(_CORE):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text.replace("_", ""), 0)
            case "float":
                return float(text.replace("_", ""))
    except ValueError:
        return text
    return text


def _unwanted_tag(node: Node) -> TreeError:
    return TreeError(
        f"the tag {node.tag} is not used in a roster", _first_line(node), "Leave it out"
    )


def _point(line: int, column: int) -> Span:
    return Span(line=line, column=column, end_line=line, end_column=column + 1)


def _span(node: Node) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(line=start.line, column=start.column, end_line=end.line, end_column=end.column)


def _first_line(node: Node) -> Span:
    """Of a block only its first key: an item of a list of mappings runs to the next item."""
    if isinstance(node, MappingNode) and node.value:
        return _span(node.value[0][0])
    return _span(node)
