"""Facts about Rust."""

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
    id="rust",
    name="Rust",
    aliases=("rs",),
    extensions=("rs",),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_rust"),
    strings=StringSyntax(
        is_character_quote=True,
        has_prefixes=True,
        spans_lines=True,
        has_hash_raw=True,
        node_types=words("string_literal raw_string_literal"),
    ),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    names_parse_alike=True,
    imports=ImportSyntax(
        pattern=r"^\s*(?:pub(?:\([^)]*\))?\s+)?(use|mod)\s+([\w:]+)",
        separators=("::",),
        roots=("crate::", "self::", "super::"),
        also="parent",
    ),
    # The tag query has no constants, takes aliases for types, and marks the calls in an `impl`
    # but not the `impl` itself, nor signatures of traits.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_rust",),
        functions=words("function_signature_item"),
        types=words("impl_item"),
        values=words("const_item static_item type_item"),
        containers=words("mod_item declaration_list"),
    ),
    frames=(("impl A {\n", "\n}"), ("match a {\n", "\n}")),
)
