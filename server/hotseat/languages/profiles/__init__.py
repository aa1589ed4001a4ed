"""One module for each language, and all of their profiles by LSP language id.

Owns the list. To add a language, add a module and name it
here twice (docs/develop/add-a-language.md).
"""

from collections.abc import Mapping

from hotseat.languages.profile import LanguageProfile
from hotseat.languages.profiles import (
    astro,
    c,
    cpp,
    crystal,
    csharp,
    css,
    cuda_cpp,
    dockerfile,
    elixir,
    erb,
    fsharp,
    go,
    gotmpl,
    groovy,
    html,
    java,
    javascript,
    javascriptreact,
    jinja,
    json,
    jsonc,
    julia,
    kotlin,
    latex,
    less,
    lua,
    makefile,
    markdown,
    nim,
    objective_c,
    objective_cpp,
    perl,
    php,
    plaintext,
    python,
    ruby,
    rust,
    sass,
    scala,
    scss,
    shellscript,
    sql,
    starlark,
    svelte,
    swift,
    toml,
    twig,
    typescript,
    typescriptreact,
    vue,
    xml,
    yaml,
    zig,
)

_MODULES = (
    astro,
    c,
    cpp,
    crystal,
    csharp,
    css,
    cuda_cpp,
    dockerfile,
    elixir,
    erb,
    fsharp,
    go,
    gotmpl,
    groovy,
    html,
    java,
    javascript,
    javascriptreact,
    jinja,
    json,
    jsonc,
    julia,
    kotlin,
    latex,
    less,
    lua,
    makefile,
    markdown,
    nim,
    objective_c,
    objective_cpp,
    perl,
    php,
    plaintext,
    python,
    ruby,
    rust,
    sass,
    scala,
    scss,
    shellscript,
    sql,
    starlark,
    svelte,
    swift,
    toml,
    twig,
    typescript,
    typescriptreact,
    vue,
    xml,
    yaml,
    zig,
)
PROFILES: Mapping[str, LanguageProfile] = {module.PROFILE.id: module.PROFILE for module in _MODULES}
_UNKNOWN = LanguageProfile(id="")


def profile_of(language: str | None) -> LanguageProfile:
    """The profile of an LSP language id; one with every default for an id without profile."""
    return PROFILES.get(language or "", _UNKNOWN)


def with_dialects(language: str) -> tuple[str, ...]:
    """The id itself and those of the languages that extend it: JavaScript and JSX."""
    dialects = (profile.id for profile in PROFILES.values() if profile.dialect_of == language)
    return (language, *dialects)


def are_related(a: str | None, b: str | None) -> bool:
    """Whether code in one language can be an example for code in the other."""
    if a is None or b is None:
        return False
    return a == b or not profile_of(a).families.isdisjoint(profile_of(b).families)
