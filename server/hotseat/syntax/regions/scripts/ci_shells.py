"""What runs the scripts of a pipeline: Azure's tasks, GitHub's actions and the defaults of a job.

Owns their names. Reads text and values that `ci_yaml` found; knows nothing of YAML's nesting.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.shells import language_of_command

_TASKS = {
    "azurepowershell": "powershell",
    "bash": "shellscript",
    "cmdline": "shellscript",
    "powershell": "powershell",
    "pythonscript": "python",
    "servicefabricpowershell": "powershell",
    "shellscript": "shellscript",
    "ssh": "shellscript",
}
_SCRIPT_TYPES = {
    "bash": "shellscript",
    "batch": "bat",
    "ps": "powershell",
    "pscore": "powershell",
}
"""Of the task AzureCLI."""
_DEFAULTS = re.compile(
    r"^(?P<indent> *)defaults:[ \t]*(?:\{(?P<flow>[^\n]*)|(?:#[^\n]*)?\n"
    r"(?P<block>(?:(?P=indent) +[^\n]*\n|\n)++))",
    re.MULTILINE,
)
_SHELL = re.compile(r"(?:^|[\s{])shell: *[\"']?([^\"'\n#},]+)")
_RUNS_ON = re.compile(r"^(?P<indent> +)runs-on: *[\"']?windows\b", re.MULTILINE)


def language_of_task(task: str, script_type: str) -> str | None:
    """Of the script that an Azure task is given; None for a task that is not known."""
    name = task.partition("@")[0].strip().lower()
    if name == "azurecli":
        return _SCRIPT_TYPES.get(script_type.strip().lower(), "shellscript")
    return _TASKS.get(name)


def language_of_action(uses: str) -> str:
    """Of the script that a GitHub action is given: `actions/github-script` if none is named."""
    name = uses.partition("@")[0].strip().lower()
    if not name or "github-script" in name:
        return "javascript"
    if "python" in name:
        return "python"
    return "powershell" if "powershell" in name or "pwsh" in name else "shellscript"


def default_shell(before: str) -> str | None:
    """What a GitHub workflow runs where a step does not name its shell, by the text above it."""
    language, depth = None, -1
    for found in _DEFAULTS.finditer(before) if "defaults:" in before else ():
        shell = _SHELL.search(found["flow"] or found["block"] or "")
        n_spaces = len(found["indent"])
        if shell is not None and n_spaces >= depth and _is_within(before, found.end(), n_spaces):
            language, depth = language_of_command(shell.group(1)), n_spaces
    if language is None and "windows" in before:
        for found in _RUNS_ON.finditer(before):
            if _is_within(before, found.end(), len(found["indent"])):
                language = "powershell"
    return language


def _is_within(before: str, start: int, n_spaces: int) -> bool:
    """Whether the end of the text is in the mapping whose keys are indented by `n_spaces`."""
    if not n_spaces:
        return True
    return re.compile(rf"^ {{0,{n_spaces - 1}}}[^\s#]", re.MULTILINE).search(before, start) is None
