"""Facts about Python."""

from hotseat.languages.profile import (
    BlockStyle,
    DefinitionSyntax,
    Grammar,
    ImportSyntax,
    LanguageProfile,
    StringSyntax,
    words,
)

PROFILE = LanguageProfile(
    id="python",
    name="Python",
    aliases=("py", "python2", "python3"),
    file_names=("sconscript", "sconstruct", "snakefile", "wscript"),
    extensions=("py", "pyi", "pyw"),
    interpreters=("pypy", "python"),
    line_comment="#",
    grammar=Grammar(module="tree_sitter_python"),
    strings=StringSyntax(has_triple=True, has_prefixes=True, node_types=words("string")),
    blocks=BlockStyle.INDENTATION,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=r"^\s*(?:from\s+([.\w]+)\s+import\s*(.*)|import\s+([\w.]+))", has_from=True
    ),
    # The tag query finds constants only directly in a module; those in `if` and `try` count too.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_python",),
        values=words("assignment"),
        containers=words(
            "decorated_definition expression_statement if_statement else_clause try_statement block"
        ),
    ),
    frames=(("a = {\n", "\n}"),),
    without=frozenset({"block_comment"}),
)
