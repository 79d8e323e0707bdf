#!/bin/sh
# Install the Debian packages the tests use where that is allowed; otherwise name what is missing.
set -eu
here=$(dirname "$0")
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need pdftotext poppler-utils
need pdflatex "texlive-latex-recommended texlive-fonts-recommended texlive-pictures lmodern"
need node nodejs
need npm npm
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing Debian packages:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 -- the names are separate words
  if apt-get update -qq >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
    exit 0
  fi
  tail -n 5 "$log"
fi
echo "not installed:$missing"
echo "  tests marked chromium, poppler, latex or node are skipped where their program is missing; as root: apt-get install$missing"
