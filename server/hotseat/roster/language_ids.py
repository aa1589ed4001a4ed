"""Language ids that editors send, to catch misspelt ones. Never a limit: an unknown id is used.

From the LSP 3.18 specification (TextDocumentItem) and VS Code's and Neovim's own file types.
"""

from __future__ import annotations

_IDS = """
abap ada apex asm astro awk bat bibtex bicep c caddyfile clojure cmake cobol coffeescript cpp
crystal csharp css csv cuda cuda-cpp cue cypher cython d dart delphi diff dockercompose
dockerfile dotenv edn eex elixir elm erlang erb fennel fish forth fortran fsharp gdscript
gdshader git-commit git-rebase gitcommit gitignore gleam glsl go gomod gosum gotmpl gowork
graphql groovy haml handlebars haskell haxe hcl heex helm hlsl html htmldjango http idris ini jade
janet java javascript javascriptreact jinja jq json json5 jsonc jsonl jsonnet julia just
kotlin latex lean less liquid lisp llvm lua make makefile markdown matlab mdx meson metal
mojo mustache nasm nginx nim nix nu nunjucks objective-c objective-cpp objc objcpp ocaml odin
org pascal perl perl6 php plaintext plsql postcss powershell prisma prolog properties
proto proto3 protobuf pug puppet purescript python qml quarto r racket raku razor reason regex ron
rescript restructuredtext roc rst ruby rust sass scala scheme scss search-result sh shaderlab
shellscript slim slint smali smalltalk solidity sparql sql squirrel starlark stylus
svelte swift systemverilog systemd tcl templ terraform tex text thrift toml tsx turtle twig
typescript typescriptreact typst v vala vb verilog vhdl vim viml vue wasm wat wgsl xml xsl
yaml zig zsh jsx bash
"""
KNOWN = frozenset(_IDS.split())
