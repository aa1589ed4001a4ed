"""Facts about JavaScript."""

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
    id="javascript",
    name="JavaScript",
    aliases=("js", "node"),
    extensions=("cjs", "js", "mjs"),
    interpreters=("node", "nodejs"),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_javascript"),
    strings=StringSyntax(
        backtick="escaped",
        has_regex_literals=True,
        node_types=words("string template_string regex"),
    ),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=(
            r"""^\s*(?:import\b|export\b|\}|(?:const|let|var)\b).{0,200}?"""
            r"""(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"']+)["']"""
            r"""|^\s*import\s*["']([^"']+)["']"""
            r"""|^import\s+(?:type\s+)?\{"""
        ),
        also="stem",
    ),
    # The tag query has only those variables and exports whose value is a function.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_javascript",),
        values=words("variable_declarator assignment_expression"),
        containers=words(
            "export_statement lexical_declaration variable_declaration expression_statement "
            "statement_block class_body"
        ),
    ),
    frames=(("class A {\n", "\n}"), ("a = {\n", "\n}"), ("switch (a) {\n", "\n}")),
    families=frozenset({"javascript"}),
)
