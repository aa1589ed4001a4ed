#!/usr/bin/env bash
# Wheels and VSIX into DEST (default dist/): package.sh PYTHON [DEST]. PYTHON has hatchling. Needs
# Node >= 22 with npm: the one of tests/tools/install-node.sh, else those in PATH.
set -euo pipefail
python=${1:?usage: package.sh PYTHON [DEST]}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "${2:-$root/dist}"
dest=$(cd "${2:-$root/dist}" && pwd)

[ -x "$root/.tools/node/npm" ] && export PATH="$root/.tools/node:$PATH"
if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 22 ]; then
  echo "package: Node >= 22 with npm is needed; run tests/tools/install-node.sh" >&2
  exit 1
fi

rm -rf "$dest"/hotseat-*.whl "$dest"/hotseat_adapters-*.whl "$dest"/hotseat-*.vsix "$here/server" "$here/dist"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --wheel-dir "$dest" "$root" "$root/adapters"

cd "$here"
mkdir server
cp "$dest"/hotseat-*.whl server/
cp "$root/LICENSE" LICENSE
cp "$root/CHANGELOG.md" CHANGELOG.md
npm install --silent --no-package-lock
npm run --silent check
npm run --silent build
version=$(node -p 'require("./package.json").version')
node_modules/.bin/vsce package --no-dependencies --skip-license \
  --out "$dest/hotseat-$version.vsix"
ls -l "$dest"/hotseat*

# What stores and users bear: megabytes of 10^6 bytes.
limit() {
  if [ "$(wc -c <"$1")" -gt "$2" ]; then
    echo "package: $1 is larger than $2 bytes" >&2
    exit 1
  fi
}
limit "$dest/hotseat-$version.vsix" 3000000
for wheel in "$dest"/hotseat-*.whl; do limit "$wheel" 2000000; done
