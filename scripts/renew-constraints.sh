#!/bin/sh
# Renews constraints.txt with the newest versions that pyproject.toml admits, from a fresh environment.
# Usage: make constraints; then make test, and look at what changed.
set -eu

PYTHON=${PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$PYTHON" -m venv "$folder/venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
pip() { "$folder/venv/bin/python" -m pip "$@"; }
pip install -qq hatchling editables
pip install -qq --no-build-isolation '.[dev]'
{
    echo "# The versions that the tests run with. Renew with 'make constraints', on the oldest Python that is supported."
    pip freeze --exclude reportgen | LC_ALL=C sort --ignore-case
} >"$folder/constraints.txt"
if grep -n ' @ \|://' "$folder/constraints.txt" >&2; then
    echo "constraints.txt must hold names and versions only; left as it was." >&2
    exit 1
fi
mv "$folder/constraints.txt" constraints.txt
