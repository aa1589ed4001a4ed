#!/usr/bin/env bash
# Puts agents that others wrote into DEST (default .tools/agents): aider in an environment of its own,
# and opencode from npm (about 700 MB together, a few minutes). Needs install-node.sh's Node, and a
# Python below 3.13 for aider (PYTHON). Does nothing when they are there already.
set -euo pipefail

aider=aider-chat==0.86.2
opencode=opencode-ai@1.18.33
tools=$(cd "$(dirname "$0")" && pwd)
"$tools/install-node.sh"
node=$(cd "$tools/../../.tools/node" && pwd)
dest=${1:-$tools/../../.tools/agents}
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)
wanted="$aider $opencode"

if [ "$(cat "$dest/ready" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
rm -rf "$dest/ready" "$dest/node_modules"
"${PYTHON:-python3}" -m venv --clear "$dest/venv"
"$dest/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$aider"
echo '{"name":"agents-under-test","private":true}' >"$dest/package.json"
cd "$dest"
PATH=$node:$PATH npm install --no-audit --no-fund --no-package-lock --silent --ignore-scripts "$opencode"
echo "$wanted" >"$dest/ready"
