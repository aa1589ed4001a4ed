"""Facts about C#."""

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
    id="csharp",
    name="C#",
    aliases=("c#", "cs"),
    extensions=("cs", "csx"),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_c_sharp"),
    strings=StringSyntax(is_character_quote=True, has_prefixes=True),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=r"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;",
        separators=(".",),
        names=frozenset({"folder"}),
    ),
    # The wheel has no TAGS_QUERY that can be loaded.
    definitions=DefinitionSyntax(
        functions=words("method_declaration property_declaration delegate_declaration"),
        types=words(
            "class_declaration interface_declaration struct_declaration enum_declaration "
            "record_declaration"
        ),
        containers=words(
            "namespace_declaration file_scoped_namespace_declaration declaration_list"
        ),
    ),
    frames=(("class A {\n", "\n}"),),
)
