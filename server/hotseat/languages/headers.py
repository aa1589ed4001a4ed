"""The language of a C header's text: C, C++, Objective-C or Objective-C++.

Owns the signs of each.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_COMMENTS_AND_STRINGS = re.compile(
    r'//[^\n]*|/\*.*?(?:\*/|\Z)|(?<!include )(?<!import )"(?:\\.|[^"\\\n])*"', re.DOTALL
)
_ONLY_CPP_SEES = re.compile(
    r"^[ \t]*#[ \t]*if(?:def[ \t]+__cplusplus|[ \t]+defined[ \t]*\(?[ \t]*__cplusplus).*?"
    r"(?:^[ \t]*#[ \t]*(?:else|elif|endif)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_OBJECTIVE_C = re.compile(
    r"^[ \t]*@(?:interface|protocol|class|implementation|property|import|end)\b"
    r"|^[ \t]*#[ \t]*import[ \t]+[<\"](?![^>\"]+\.(?:tlb|dll|olb))"
    r"|\bNS_(?:ASSUME_NONNULL_BEGIN|ENUM|OPTIONS)\b",
    re.MULTILINE,
)
_CPP = re.compile(
    r"""^[ \t]*(?:
          template\s*<
        | (?:inline\s+)?namespace(?:\s+[\w:]+)?\s*\{
        | (?:enum\s+)?class\s+(?:\[\[\w+\]\]\s*)?(?:[A-Z_]+\s+)?\w+(?:\s+final)?\s*(?:[;{]|:[^:]|$)
        | using\s+(?:namespace\s+\w|\w+\s*=|\w+::)
        | (?:public|private|protected)\s*:
        | (?:virtual|constexpr|explicit|friend)\s+\w
        | \#[ \t]*include[ \t]+(?:<[a-z_]+>|"[^"\n]+\.(?:hh|hpp|hxx)")
      )
      | \bstd::\w | \bnullptr\b | \boperator\s*(?:[-+*/=<>!]=?|\(\)|\[\])\s*\(
      | =\s*(?:delete|default)\s*; | \b(?:static|dynamic|const|reinterpret)_cast\s*<
      | \bconst\s+\w+\s*&\s*\w | \)\s*const\s*(?:[;{]|=\s*0) | [\w>]::[~\w] | ~\w+\s*\(\s*\)\s*[;{]
    """,
    re.MULTILINE | re.VERBOSE,
)
_FOR_BOTH = re.compile(
    r"^[ \t]*#[ \t]*if(?:def[ \t]+__cplusplus|[ \t]+defined[ \t]*\(?[ \t]*__cplusplus)[^\0]{0,200}?"
    r"^[ \t]*extern[ \t]+\"C\""
    r"|^[ \t]*(?:__BEGIN_DECLS|G_BEGIN_DECLS)\b",
    re.MULTILINE,
)
"""The guard around declarations that a C++ compiler reads too."""
_C = re.compile(
    r"^[ \t]*typedef[ \t]+(?:struct|union|enum)\b"
    r"|\b\w+[ \t]*\([ \t]*void[ \t]*\)[ \t]*(?:;|__\w|\{|$)"
    r"|\b_(?:Bool|Static_assert|Noreturn|Atomic|Generic|Alignas)\b|\brestrict\b",
    re.MULTILINE,
)
"""What is C as well as old C++, but hardly ever written in C++."""
_CPP_SOURCES = (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx")


def header(text: str, siblings: Collection[str] = ()) -> str | None:
    """The language of a `.h` file; None when its text and the files beside it show none.

    `siblings` are names of other files of the project, in lower case.
    """
    code = _COMMENTS_AND_STRINGS.sub("", text)
    without_cpp = _ONLY_CPP_SEES.sub("", code)
    is_cpp = _CPP.search(without_cpp) is not None
    if _OBJECTIVE_C.search(without_cpp):
        return "objective-cpp" if is_cpp else "objective-c"
    if is_cpp:
        return "cpp"
    has_cpp = any(name.endswith(_CPP_SOURCES) for name in siblings)
    has_c = any(name.endswith(".c") for name in siblings)
    if _FOR_BOTH.search(text) or (has_c and not has_cpp):
        return "c"
    return "c" if _C.search(without_cpp) and (has_c or not has_cpp) else None
