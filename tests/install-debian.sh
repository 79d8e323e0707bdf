#!/bin/sh
# Install the Debian packages the tests use (debian-packages.txt) where that is allowed; otherwise say what is
# missing and which tests that leaves out.
set -eu
list=$(dirname "$0")/debian-packages.txt
missing() {
  grep -v '^#' "$list" | while read -r package program mark; do
    command -v "$program" >/dev/null 2>&1 || [ -e "$program" ] || echo "$package $mark"
  done
}
[ -n "$(missing)" ] || exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  packages=$(missing | cut -d ' ' -f 1 | tr '\n' ' ')
  echo "installing Debian packages: $packages"
  log=$(mktemp)
  # shellcheck disable=SC2086 -- the names are separate words
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >"$log" 2>&1 || tail -n 5 "$log"
fi
[ -n "$(missing)" ] || exit 0
echo "not installed: $(missing | cut -d ' ' -f 1 | tr '\n' ' ')"
echo "  so tests marked $(missing | cut -d ' ' -f 2 | sort -u | tr '\n' ' ')are left out; as root, apt-get install the packages above"
