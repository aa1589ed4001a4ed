#!/usr/bin/env bash
# Biome on extension/vscode, StyLua on extension/nvim and tests/nvim: lint-extensions.sh check|format.
# Installs both from tests/tools/linters/package.json into .tools/linters, with the Node of
# tests/tools/install-node.sh or the one in PATH. Without npm it says what it skips and succeeds,
# except where CI is set.
set -euo pipefail
mode=${1:-}
case $mode in check | format) ;; *)
  echo "usage: lint-extensions.sh check|format" >&2
  exit 2
  ;;
esac
root=$(cd "$(dirname "$0")/../.." && pwd)
versions=$root/tests/tools/linters/package.json
dest=$root/.tools/linters

[ -x "$root/.tools/node/npm" ] && export PATH="$root/.tools/node:$PATH"
if ! command -v npm >/dev/null; then
  echo "lint-extensions: SKIPPED Biome (TypeScript, CSS) and StyLua (Lua): there is no npm;" \
    "tests/tools/install-node.sh installs Node with npm" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi

if ! cmp -s "$versions" "$dest/package.json"; then
  rm -rf "$dest"
  mkdir -p "$dest/new"
  cp "$versions" "$dest/new/"
  npm install --prefix "$dest/new" --silent --no-package-lock --no-audit --no-fund
  mv "$dest/new/node_modules" "$dest/"
  mv "$dest/new/package.json" "$dest/" # last: it marks a complete installation
fi
bin=$dest/node_modules/.bin

failed=0
cd "$root/extension/vscode"
if [ "$mode" = format ]; then
  "$bin/biome" check --write --error-on-warnings . || failed=1
else
  "$bin/biome" check --error-on-warnings . || failed=1
fi
cd "$root"
lua=(--config-path extension/nvim/stylua.toml extension/nvim tests/nvim)
if [ "$mode" = format ]; then
  "$bin/stylua" "${lua[@]}" || failed=1
else
  "$bin/stylua" --check "${lua[@]}" || failed=1
fi
[ $failed = 0 ] || {
  [ "$mode" = format ] || echo "lint-extensions: make format formats the extensions" >&2
  exit 1
}
