"""Facts about Jinja."""

from hotseat.languages.profile import NOT_CODE, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="jinja",
    name="Jinja",
    aliases=(
        "django-html",
        "django-txt",
        "htmldjango",
        "jinja-css",
        "jinja-html",
        "jinja-js",
        "jinja-json",
        "jinja-sql",
        "jinja-toml",
        "jinja-yaml",
        "jinja2",
    ),
    extensions=("j2", "jinja", "jinja2"),
    block_comment=("{#", "#}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=NOT_CODE | {"line_comment"},
)
