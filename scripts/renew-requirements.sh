#!/bin/sh
# Renews requirements.txt: versions that pyproject.toml admits, each with the hashes of all its files.
# The fuzzer's stand in benchmarks/requirements.txt, for few systems have it; they are renewed by hand.
# Versions stay where they can; with --upgrade they become the newest.
# Usage: make requirements, which upgrades; then make test, and look at what changed.
set -eu

PYTHON=${PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$PYTHON" -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip --disable-pip-version-check "$@"; }
pip install -qq uv # knows what other systems and later versions of Python need
index=$(pip config get global.index-url 2>/dev/null) && export UV_DEFAULT_INDEX="$index"
cp requirements.txt "$folder/versions.txt"
"$folder/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --all-extras \
    --generate-hashes --no-header --no-annotate --no-emit-index-url "$@" \
    --output-file "$folder/versions.txt" pyproject.toml
{
    echo "# What is tested, and the hash of every file that the registry has of it. Renew with 'make requirements'."
    cat "$folder/versions.txt"
} >"$folder/requirements.txt"
if grep -n ' @ \|://' "$folder/requirements.txt" >&2; then
    echo "requirements.txt must hold names, versions and hashes only; left as it was." >&2
    exit 1
fi
mv "$folder/requirements.txt" requirements.txt
