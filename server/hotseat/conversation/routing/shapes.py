"""Pieces of code in the prose of a question, by what only one language writes so."""

from __future__ import annotations

import re

_SHAPES = (
    ("html", re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?>")),
    (
        "sql",
        re.compile(
            r"\b(?:SELECT|JOIN|WHERE|GROUP BY|ORDER BY|HAVING|NOT IN|INSERT|UPDATE|DELETE|UNION"
            r"|DISTINCT|COALESCE|CREATE (?:TABLE|INDEX|VIEW)|ALTER TABLE|ON CONFLICT|EXPLAIN"
            r"|PARTITION BY|OVER|IS NULL|NOT NULL|PRIMARY KEY|FOREIGN KEY|COUNT|LIKE|BETWEEN)\b"
            r"|\bselect (?:\*|\w+, [\w.*, ()]+|\w+\([^)]*\)) from \w|\bupdate \w+ set \w+ ?="
            r"|\binsert into \w+ ?\(|\bdelete from \w+ where|\bwhere \w+ (?:[=<>]|in \(|like ')"
        ),
    ),
    ("dockerfile", re.compile(r"\b(?:COPY|CMD|ENTRYPOINT|WORKDIR|EXPOSE|HEALTHCHECK|ARG|RUN)\b")),
    ("cpp", re.compile(r"\bstd::|\w<\w+>\s+\w+;|\btemplate\s?<|#include <\w+>")),
    ("c", re.compile(r"#include <\w+\.h>|\bchar ?\*|\bint main\((?:void|int|\))|\bstruct \w+ ?\*")),
    (
        "rust",
        re.compile(
            r"\b(?:Rc|Arc|Box|Vec|Option|Result|RefCell|Mutex|Cow|Pin)<|&mut\b|&str\b|\blet mut\b"
            r"|\bfn \w+(?:<[^>]*>)?\(|\.unwrap\(\)|\bimpl \w+ for \w+|\b(?:println|vec|panic)!"
        ),
    ),
    (
        "go",
        re.compile(
            r"\w :?= range \w|\w+(?:, \w+)? := |\bgo func\(|\bfunc \(\w+ \*?\w+\)"
            r"|\berr [!=]= nil\b|\bfmt\.[A-Z]|\bmake\(chan\b|<-\w+"
        ),
    ),
    (
        "php",
        re.compile(
            r"\$\w+->|\$this\b|\$_[A-Z]+|<\?php|\bforeach \(\$|(?<!my )\$\w+ = (?:array\()?"
        ),
    ),
    (
        "shellscript",
        re.compile(
            r"\$\{\w+|\$\(|2>&1|(?<!\w)\"?\$[@#*?1-9]\"?(?!\w)|\b(?!do )\w+ \|\s*\w+"
            r"|; (?:do|then)\b|\b(?:if|while|until) (?:\[\[? |! ?\[)|\becho \"?\$"
        ),
    ),
    (
        "python",
        re.compile(
            r"\b__\w+__\b|\bdef \w+\(|\bself\.\w+|\bfor \w+(?:, ?\w+)* in [^\n;]*[\])}]"
            r"|\blambda \w+(?:, ?\w+)*:|\bfrom [\w.]+ import \w|\bimport \w+ as \w"
        ),
    ),
    (
        "javascript",
        re.compile(
            r"\bconst (?:\w+|[{\[][^=\n]*) = |(?:===|!==)|\bfunction ?\w*\([\w, ]*\) ?\{"
            r"|\bconsole\.\w+\(|\bdocument\.\w|\bawait fetch\("
        ),
    ),
    (
        "typescript",
        re.compile(
            r"\binterface \w+ \{|\bas const\b|<T(?:>| extends)\(|: readonly \w|\bkeyof \w"
            r"|\w\??: (?:string|number|boolean)\b"
        ),
    ),
    (
        "java",
        re.compile(
            r"\bpublic (?:static|final|void|class)\b|\bSystem\.out\b"
            r"|\bnew (?:Array|Linked|Hash|Tree)(?:List|Map|Set)<"
            r"|\b(?:List|Map|Set|Optional)<[A-Z]\w*(?:, ?\w+)?> \w+ = |@Override\b"
        ),
    ),
    (
        "csharp",
        re.compile(
            r"\.(?:Where|Select|OrderBy|Any|First|GroupBy|Sum)\(\w+ =>|\bforeach \(var\b"
            r"|\bConsole\.(?:Write|Read)|\{ get; (?:set|init);|\basync Task\b"
        ),
    ),
    (
        "css",
        re.compile(
            r"(?<![\w:]):(?:hover|has|not|is|where|focus|root|nth-)\b|\b--[a-z]\w+"
            r"|[.#]?[a-z][\w-]*(?:\([^)]*\))? ?\{ ?[a-z-]+: ?[^;{}\n]+;? ?\}|@media \("
        ),
    ),
    (
        "ruby",
        re.compile(
            r"\b[A-Z]\w+#\w+[!?]?|&:\w+|(?<!\w)@\w+\s*\|\|=|\bdo \|\w+|\{ ?\|\w+(?:, ?\w+)*\|"
        ),
    ),
    ("kotlin", re.compile(r"\bfun \w+\(|\?\.let\b|\bMutable\w+<|\bval \w+ = .*\?[.:]|\blistOf\(")),
    ("swift", re.compile(r"\bguard let\b|\bfunc \w+\([^)]*\w: [^)]*\) (?:throws )?->|\.\w+\?\(")),
    ("lua", re.compile(r"\blocal \w+ = |\blocal function\b|\bend\)|\bthen\b[^\n]*\bend\b")),
)


def pieces_of_code(prose: str) -> dict[str, int]:
    """Return how many different pieces of code of each language the text has, where it has any."""
    found = {
        language: len({match[0] for match in shape.finditer(prose)}) for language, shape in _SHAPES
    }
    return {language: n for language, n in found.items() if n}
