"""Which template makes a model's prompts, and what the model can do with it.

Pure: from a manifest and a card to values.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.chat_template import THINK_TAGS, prefers_chat_template
from hotseat.embedded.models.store import Manifest
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.embedded.templates.prompts import PromptTemplate, parsed

_TOOL_RESULTS = ('eq .Role "tool"', "tool_response", "TOOL_RESULTS")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTemplate:
    """A model's template in use."""

    own: PromptTemplate | None
    """The manifest's; None: the one in the GGUF file, which llama.cpp applies."""
    capabilities: tuple[str, ...]
    """In Ollama's words: completion, embedding, insert, tools, thinking."""
    think_tags: tuple[str, str]
    """The texts around thinking; empty if the model does not think."""

    @property
    def can_think(self) -> bool:
        return all(self.think_tags)


def served_template(manifest: Manifest, card: ModelCard) -> ServedTemplate:
    """Return the template in use. Raises TemplateError if the manifest's is invalid."""
    own = parsed(manifest.template) if manifest.template else None
    if own is not None and prefers_chat_template(
        card.chat_template, own.capabilities, go_takes_tool_results=_takes_tool_results(own)
    ):
        own = None
    tags = ("", "")
    if own is not None:
        tags = own.tags if all(own.tags) else tags
    elif card.chat_template.thinks:
        tags = THINK_TAGS
    found = list(card.capabilities)
    if own is not None and "insert" in own.capabilities and "insert" not in found:
        found.append("insert")
    takes_tools = "tools" in own.capabilities if own else card.chat_template.takes_tools
    if takes_tools and card.embedding is None:
        found.append("tools")
    if all(tags):
        found.append("thinking")
    return ServedTemplate(own=own, capabilities=tuple(found), think_tags=tags)


def capabilities(manifest: Manifest, card: ModelCard) -> list[str]:
    """Return what a model can do; for one with an invalid template, what its file can do."""
    try:
        return list(served_template(manifest, card).capabilities)
    except TemplateError:
        return card.capabilities


def _takes_tool_results(template: PromptTemplate) -> bool:
    text = template.template.text
    return {"tools", "toolcalls"} <= template.names and any(part in text for part in _TOOL_RESULTS)
