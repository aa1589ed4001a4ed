#!/usr/bin/env bash
# Puts a real VS Code (as code-server, with the browser driver playwright-core) into DEST (default
# .tools/vscode) without compiling anything; needs install-node.sh's Node. The browser is Debian's
# chromium: installed where root may, else asked for. Does nothing when all is there already.
set -euo pipefail

code_server=4.139.1
playwright=1.65.1
tools=$(cd "$(dirname "$0")" && pwd)
"$tools/install-node.sh"
node=$(cd "$tools/../../.tools/node" && pwd)
export PATH=$node:$PATH
dest=${1:-$tools/../../.tools/vscode}
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)

if ! command -v chromium >/dev/null; then
  if ! { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }; then
    echo "install-vscode: chromium is missing; install it" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi

if [ "$(cat "$dest/ready" 2>/dev/null)" = "$code_server $playwright" ]; then
  exit 0
fi
rm -rf "$dest/node_modules" "$dest/ready"
echo '{"name":"vscode-under-test","private":true}' >"$dest/package.json"
quietly=(--no-audit --no-fund --no-package-lock --silent)
cd "$dest"
npm install "${quietly[@]}" --ignore-scripts "playwright-core@$playwright" "code-server@$code_server"
cd node_modules/code-server/lib/vscode
npm install "${quietly[@]}" --omit=dev --ignore-scripts
ln -sf code-linux.sh bin/remote-cli/code-server 2>/dev/null || true
ln -sf browser-linux.sh bin/helpers/browser.sh 2>/dev/null || true
cd extensions
npm install "${quietly[@]}" --omit=dev --ignore-scripts
echo "$code_server $playwright" >"$dest/ready"
