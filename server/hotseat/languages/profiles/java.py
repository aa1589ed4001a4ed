"""Facts about Java."""

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
    id="java",
    name="Java",
    extensions=("java",),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_java"),
    strings=StringSyntax(
        is_character_quote=True, has_triple=True, node_types=words("string_literal")
    ),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=r"^\s*import\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;",
        separators=(".",),
        names=frozenset({"folder", "module"}),
    ),
    # The tag query has no enums, records and annotations.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_java",),
        types=words("enum_declaration record_declaration annotation_type_declaration"),
        containers=words("class_body interface_body enum_body enum_body_declarations"),
    ),
    frames=(("class A {\n", "\n}"),),
    families=frozenset({"jvm"}),
)
