#!/usr/bin/env bash
# Puts clients of Ollama's API that others wrote into DEST (default .tools/clients): `llm` with
# `llm-ollama` and the npm package `ollama` (about 100 MB, 20 s); with a second argument, `litellm`
# too (another 300 MB). Needs install-node.sh's Node. Does nothing when they are there already.
set -euo pipefail

python_packages=(llm==0.36 llm-ollama==0.19.1)
ollama_js=0.6.4
litellm=1.110.2
tools=$(cd "$(dirname "$0")" && pwd)
"$tools/install-node.sh"
node=$(cd "$tools/../../.tools/node" && pwd)
dest=${1:-$tools/../../.tools/clients}
[ -n "${2:-}" ] && python_packages+=("litellm==$litellm")
mkdir -p "$dest"
dest=$(cd "$dest" && pwd)
wanted="${python_packages[*]} $ollama_js"

if [ "$(cat "$dest/ready" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
rm -rf "$dest/ready" "$dest/node_modules"
"${PYTHON:-python3}" -m venv --clear "$dest/venv"
"$dest/venv/bin/python" -m pip install --quiet --disable-pip-version-check "${python_packages[@]}"
echo '{"name":"clients-under-test","private":true}' >"$dest/package.json"
cd "$dest"
PATH=$node:$PATH npm install --no-audit --no-fund --no-package-lock --silent --ignore-scripts "ollama@$ollama_js"
echo "$wanted" >"$dest/ready"
