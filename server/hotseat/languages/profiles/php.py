"""Facts about PHP."""

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
    id="php",
    name="PHP",
    extensions=("php", "phtml"),
    interpreters=("php",),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=Grammar(module="tree_sitter_php", function="language_php"),
    strings=StringSyntax(
        backtick="escaped",
        # Functions, not methods such as PDO's.
        shell_call=(r"(?<![\w>:$])\\?(?:exec|shell_exec|system|passthru|popen|proc_open)\(\s*\Z"),
        node_types=words("encapsed_string string heredoc nowdoc"),
    ),
    blocks=BlockStyle.BRACES,
    has_statements=True,
    imports=ImportSyntax(
        pattern=(
            r"""^\s*(?:use\s+(?:function\s+|const\s+)?\\?([\w\\]+)"""
            r"""|(?:require|include)(?:_once)?\b[^"']{0,60}["']([^"']+)["'])"""
        ),
        separators=("\\", "."),
    ),
    # The tag query has no enums and constants.
    definitions=DefinitionSyntax(
        tags=("tree_sitter_php",),
        types=words("enum_declaration"),
        values=words("const_element"),
        containers=words(
            "namespace_definition compound_statement declaration_list enum_declaration_list "
            "const_declaration"
        ),
    ),
    frames=(("<?php\n", ""), ("<?php class A {\n", "\n}"), ("<?php $a = [\n", "\n];")),
)
