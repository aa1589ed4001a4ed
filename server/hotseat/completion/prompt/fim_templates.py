"""Fill-in-the-middle prompts, one template per model family, and the choice between them.

Owns the exact prompts: a wrong template is the commonest cause of bad completions, so each family
has a golden test. Chooses by what a model can do, not by its name, and never guesses in silence:
`FimChoice.report` states what happened, for the status. Where an engine reports nothing but a
model's name, only names that stand for one family of code models count.

Formats as the families' model cards and papers give them; that of Granite 4 and 4.1 as
ibm-granite/granite-4.1-language-models states it. Most put the prefix first (PSM); Mellum,
Seed-Coder and Codestral put the suffix first (SPM).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hotseat.engines.protocol import ModelInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of another file, as context."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FimTemplate:
    """`pattern` and `file_pattern` are for `str.format`."""

    family: str
    pattern: str
    """With `{prefix}` and `{suffix}`."""
    file_pattern: str = ""
    """With `{path}` and `{text}`: how another file comes before; empty if the family has no way."""
    path_pattern: str = ""
    """With `{path}`: what names the file being completed, if anything."""
    repo_pattern: str = ""
    """With `{repo}`: comes before other files, if anything does."""
    needs_path: bool = False
    """`path_pattern` belongs to every prompt, not only to those with other files."""
    end_tokens: tuple[str, ...] = ("<|endoftext|>",)
    ends_lines_itself: bool = False
    """The model goes astray after a prefix that ends in a line end: StarCoder2-3B solved 3 tasks of
    164 so, and 49 without it. Then the prompt ends before the white space, and the answer begins
    with it."""

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """Every token that has a meaning of its own in the family's prompts."""
        patterns = self.pattern + self.file_pattern + self.path_pattern + self.repo_pattern
        return tuple(dict.fromkeys([*_TOKEN.findall(patterns), *self.end_tokens]))

    @property
    def stop(self) -> tuple[str, ...]:
        """Where the output ends: a model that has filled the middle goes on with another file."""
        return self.control_tokens

    def render(
        self,
        prefix: str,
        suffix: str,
        *,
        path: str = "",
        others: Sequence[Snippet] = (),
        repo: str = "",
    ) -> str:
        """The prompt, for `raw` generation.

        Control tokens in the text itself are broken up: to the model they would be orders.
        """
        head = ""
        if others and self.file_pattern:
            head = self.repo_pattern.format(repo=self._defuse(repo)) if repo else ""
            head += "".join(
                self.file_pattern.format(
                    path=self._defuse(o.path), text=self._defuse(o.text).rstrip("\n")
                )
                for o in others
            )
        if self.needs_path or (head and path):
            head += self.path_pattern.format(path=self._defuse(path))
        return head + self.pattern.format(prefix=self._defuse(prefix), suffix=self._defuse(suffix))

    def _defuse(self, text: str) -> str:
        for token in self.control_tokens:
            if token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text


_TOKEN = re.compile(r"<[^<>{}\s]+>")
_BARS = "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"
_PLAIN = "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>"

FAMILIES: dict[str, FimTemplate] = {
    template.family: template
    for template in (
        FimTemplate(  # Qwen2.5-Coder and Qwen3-Coder
            family="qwen",
            pattern=_BARS,
            file_pattern="<|file_sep|>{path}\n{text}\n",
            path_pattern="<|file_sep|>{path}\n",
            repo_pattern="<|repo_name|>{repo}\n",
            end_tokens=("<|endoftext|>", "<|im_end|>", "<|fim_pad|>"),
        ),
        FimTemplate(
            family="codeqwen",
            pattern=_PLAIN,
            file_pattern="<file_sep>{path}\n{text}\n",
            path_pattern="<file_sep>{path}\n",
            repo_pattern="<reponame>{repo}\n",
            end_tokens=("<|endoftext|>", "<fim_pad>"),
        ),
        FimTemplate(  # StarCoder and StarCoder2
            family="starcoder",
            pattern=_PLAIN,
            file_pattern="<file_sep>{path}\n{text}\n",
            path_pattern="<file_sep>{path}\n",
            end_tokens=("<|endoftext|>", "<fim_pad>", "<repo_name>"),
            ends_lines_itself=True,
        ),
        FimTemplate(
            family="deepseek",
            pattern="<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
            end_tokens=("<｜end▁of▁sentence｜>", "<|EOT|>"),
        ),
        FimTemplate(
            family="codegemma",
            pattern=_BARS,
            file_pattern="{path}\n{text}<|file_separator|>",
            path_pattern="{path}\n",
            end_tokens=("<|file_separator|>", "<end_of_turn>", "<eos>"),
        ),
        FimTemplate(
            family="stable-code",
            pattern=_PLAIN,
            end_tokens=("<|endoftext|>", "<file_sep>", "<fim_pad>", "<repo_name>"),
        ),
        FimTemplate(
            family="granite",
            pattern=_PLAIN,
            end_tokens=("<|endoftext|>", "<fim_pad>", "<reponame>", "<filename>"),
        ),
        FimTemplate(
            family="granite4",
            pattern=_BARS,
            end_tokens=("<|end_of_text|>", "<|fim_pad|>"),
        ),
        FimTemplate(  # Mellum (base, SFT, DPO) and Mellum2: the suffix comes first
            family="mellum",
            pattern="<fim_suffix>{suffix}<fim_prefix>{prefix}<fim_middle>",
            file_pattern="<filename>{path}\n{text}\n",
            path_pattern="<filename>{path}\n",
            needs_path=True,
        ),
        FimTemplate(  # Seed-Coder: the suffix comes first
            family="seed",
            pattern="<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
            end_tokens=("<[end▁of▁sentence]>", "<|endoftext|>"),
        ),
        FimTemplate(  # Codestral: the suffix comes first, and nothing marks the middle
            family="codestral",
            pattern="[SUFFIX]{suffix}[PREFIX]{prefix}",
            end_tokens=("[SUFFIX]", "[PREFIX]", "[MIDDLE]", "</s>"),
        ),
        FimTemplate(  # GLM and CodeGeeX
            family="glm",
            pattern="<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
            end_tokens=("<|endoftext|>", "<|user|>", "<|observation|>"),
        ),
        FimTemplate(  # the spaces matter
            family="codellama",
            pattern="<PRE> {prefix} <SUF>{suffix} <MID>",
            end_tokens=("<EOT>", "</s>"),
        ),
    )
}


class FimMode(StrEnum):
    RAW = "raw"
    """We write the whole prompt."""
    SUFFIX = "suffix"
    """The daemon does, from `prompt` and `suffix`."""
    PREFIX = "prefix"
    """The model goes on from the text before the cursor, and sees nothing of what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FimPrompt:
    """The fields of a generate request that a choice decides."""

    prompt: str
    suffix: str | None
    raw: bool
    stop: tuple[str, ...]
    taken: str = ""
    """White space taken off the end of the prompt: the output begins with it (see
    `StreamTruncator`)."""
    sees_suffix: bool = True
    """The model is shown the text after the cursor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FimChoice:
    mode: FimMode
    template: FimTemplate | None = None
    report: str
    """For people, in the status."""
    suffix_first: bool = False
    """With the mode PREFIX: the text after the cursor's line comes first, as plain text."""
    space_begins_words: bool = False
    """The tokenizer is byte-level BPE (GPT-2's): the last space of an indentation belongs to the
    word after it, and its last tab is a token of its own unless nothing follows: then one token is
    all the white space, and the model goes on with one tab too many."""

    @property
    def takes_files(self) -> bool:
        """The family has a format for other files before the one being completed."""
        return self.template is not None and bool(self.template.file_pattern)

    def prompt(
        self,
        prefix: str,
        suffix: str,
        *,
        path: str = "",
        others: Sequence[Snippet] = (),
        repo: str = "",
    ) -> FimPrompt:
        if self.mode is FimMode.RAW and self.template is not None:
            taken = _blank_end(prefix) if self.template.ends_lines_itself else ""
            prefix = prefix[: len(prefix) - len(taken)]
            text = self.template.render(prefix, suffix, path=path, others=others, repo=repo)
            stop = self.template.stop
            return FimPrompt(prompt=text, suffix=None, raw=True, stop=stop, taken=taken)
        if self.mode is FimMode.SUFFIX and suffix:
            # Ollama takes an empty suffix for none, and then it would answer a chat prompt.
            return FimPrompt(prompt=prefix, suffix=suffix, raw=False, stop=())
        if self.suffix_first and suffix.strip():
            prefix = f"{suffix.rstrip()}\n\n{prefix}"
        # After "WHERE " the next token begins with that space, and a model that was not trained to
        # fill in goes astray without it: SmolLM2 and Gemma both wrote `1000000…` there.
        taken = ""
        if prefix.endswith(" ") and (self.space_begins_words or not _is_indented(prefix)):
            taken = " "
        elif self.space_begins_words and prefix.endswith(("\n\t", "\t\t")):
            taken = "\t"
        return FimPrompt(
            prompt=prefix[: len(prefix) - len(taken)],
            suffix=None,
            raw=True,
            stop=CHAT_TOKENS,
            taken=taken,
            sees_suffix=False,
        )


def _blank_end(prefix: str) -> str:
    """Return the white space at the end of a text, if there is a line end in it."""
    space = prefix[len(prefix.rstrip()) :]
    return space if "\n" in space and len(space) < len(prefix) else ""


def _is_indented(prefix: str) -> bool:
    """Whether there is nothing but white space before the cursor in its line."""
    return not prefix[prefix.rfind("\n") + 1 :].strip()


SUFFIX_FIRST = "suffix-first"
CHAT_TOKENS = ("<|endoftext|>", "<|im_end|>", "<end_of_turn>")
"""How chat models end their messages: SmolLM2 and Qwen, Gemma."""

# GGUF metadata that names a model's "prefix" token; the second is llama.cpp's older name for it.
_FIM_KEYS = ("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id")
_NAME_KEYS = ("general.architecture", "general.basename", "general.name")
_NAMES: tuple[tuple[str, str], ...] = (  # the first that fits; special before general
    ("mellum", "mellum"),
    ("seed-coder", "seed"),
    ("codestral", "codestral"),
    ("codegeex", "glm"),
    ("glm", "glm"),
    ("codegemma", "codegemma"),
    ("deepseek", "deepseek"),
    ("codellama", "codellama"),
    ("code-llama", "codellama"),
    ("starcoder", "starcoder"),
    ("stable-code", "stable-code"),
    ("stablelm", "stable-code"),
    ("granitehybrid", "granite4"),
    ("granite-4", "granite4"),
    ("granite", "granite"),
    ("codeqwen", "codeqwen"),
    ("qwen", "qwen"),
    ("gemma", "codegemma"),
)
# The same where the name is all that is known: only what cannot be another kind of model.
_CODE_NAMES: tuple[tuple[str, str], ...] = (
    ("mellum", "mellum"),
    ("seed-coder", "seed"),
    ("codestral", "codestral"),
    ("codegeex", "glm"),
    ("codegemma", "codegemma"),
    ("deepseek-coder", "deepseek"),
    ("codellama", "codellama"),
    ("code-llama", "codellama"),
    ("starcoder", "starcoder"),
    ("stable-code", "stable-code"),
    ("codeqwen", "codeqwen"),
    ("qwen2.5-coder", "qwen"),
    ("qwen3-coder", "qwen"),
)


def choose(info: ModelInfo, roster_fim: str = "auto") -> FimChoice:
    """How to ask a model to fill in the middle; `roster_fim` is a family, `auto` or `none`."""
    if roster_fim in FAMILIES:
        return _raw(FAMILIES[roster_fim], "as experts.yaml says")
    if roster_fim == "none":
        choice = FimChoice(mode=FimMode.PREFIX, report="prefix only (`fim: none` in experts.yaml)")
    elif roster_fim == SUFFIX_FIRST:
        report = "the text after the cursor first (`fim: suffix-first` in experts.yaml)"
        choice = FimChoice(mode=FimMode.PREFIX, suffix_first=True, report=report)
    else:
        choice = _by_capability(info)
    if roster_fim not in ("auto", "none", SUFFIX_FIRST):
        known = ", ".join(FAMILIES)
        report = f"{choice.report}; experts.yaml names an unknown family '{roster_fim}'"
        choice = replace(choice, report=f"{report} (known: {known})")
    is_bpe = info.metadata.get("tokenizer.ggml.model") == "gpt2"
    return replace(choice, space_begins_words=is_bpe)


def _by_capability(info: ModelInfo) -> FimChoice:
    names = " ".join(str(info.metadata.get(key) or "") for key in _NAME_KEYS)
    named = _named(names, _NAMES)
    candidates = _by_template(info.template)
    if candidates:
        if named == "granite" and "granite4" in candidates:
            named = "granite4"  # only Granite Code writes its tokens without bars
        family = named if named in candidates else candidates[0]
        return _raw(FAMILIES[family], "by the model's template")
    if info.can_insert:
        return FimChoice(
            mode=FimMode.SUFFIX, report="fill-in-the-middle by the engine: a template of its own"
        )
    if any(info.metadata.get(key) is not None for key in _FIM_KEYS):
        if named is not None:
            return _raw(FAMILIES[named], "by the model's own tokens")
        return FimChoice(
            mode=FimMode.PREFIX,
            report="prefix only: the model's fill-in-the-middle tokens are of no known family; "
            "name one with `fim:` in experts.yaml",
        )
    if info.known_names:
        named = _named(info.known_names, _CODE_NAMES)
        if named is not None:
            return _raw(FAMILIES[named], "by the model's name, which is all that is known of it")
        report = "prefix only: the engine does not report what the model can fill in; "
        report += "name its family with `fim:` in experts.yaml"
        return FimChoice(mode=FimMode.PREFIX, report=report)
    report = "prefix only: the model has no fill-in-the-middle tokens"
    return FimChoice(mode=FimMode.PREFIX, report=report)


def _named(names: str, families: Sequence[tuple[str, str]]) -> str | None:
    text = names.lower().replace("_", "-").replace(" ", "-")
    return next((family for part, family in families if part in text), None)


def _by_template(template: str) -> tuple[str, ...]:
    """Families whose tokens stand in a template; the first one is meant unless a name says more."""
    if "<｜fim▁begin｜>" in template:
        return ("deepseek",)
    if "<[fim-suffix]>" in template:
        return ("seed",)
    if "<|code_prefix|>" in template:
        return ("glm",)
    if "[SUFFIX]" in template and "[PREFIX]" in template:
        return ("codestral",)
    if "<|fim_prefix|>" in template:
        return ("qwen", "codegemma", "granite4")
    if "<fim_prefix>" in template:
        if 0 <= template.find("<fim_suffix>") < template.find("<fim_prefix>"):
            return ("mellum",)
        return ("starcoder", "codeqwen", "stable-code", "granite")
    return ("codellama",) if "<PRE>" in template and "<SUF>" in template else ()


def _raw(template: FimTemplate, why: str) -> FimChoice:
    return FimChoice(
        mode=FimMode.RAW,
        template=template,
        report=f"fill-in-the-middle, {template.family} format, {why}",
    )
