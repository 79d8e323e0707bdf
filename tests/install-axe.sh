#!/bin/sh
# axe-core, which judges the accessibility of every page, into a folder of the tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$here/node_modules/axe-core/axe.min.js" ] && exit 0
command -v npm >/dev/null 2>&1 || { echo "npm is missing: tests marked node are skipped"; exit 0; }
(cd "$here" && npm ci --silent --no-audit --no-fund --ignore-scripts) || echo "axe-core could not be installed: tests marked node are skipped"
