"""Facts about C++."""

from dataclasses import replace

from hotseat.languages.profile import Grammar
from hotseat.languages.profiles.c import PROFILE as C

PROFILE = replace(
    C,
    id="cpp",
    name="C++",
    aliases=("c++", "cxx"),
    file_names=(),
    extensions=("cc", "cpp", "cxx", "hh", "hpp", "hxx"),
    interpreters=(),
    grammar=Grammar(module="tree_sitter_cpp"),
    definitions=C.definitions and replace(C.definitions, tags=("tree_sitter_cpp",)),
)
