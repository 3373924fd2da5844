#!/bin/sh
# Sets up what `make report` and `make test` need: native libraries, .venv, and the judges of pages and PDFs.
# Says what to do where it can't do it itself; takes a moment when nothing is missing.
# Usage: sh scripts/set-up.sh report|test, from the root of the repository.
set -eu

purpose=$1
stamp=.venv/.set-up
PYTHON=${PYTHON:-python3}
[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && python=.venv/bin/python || python=$PYTHON

# Python itself.
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$("$python" --version 2>&1) || found="no $python"
    echo "reportgen needs Python 3.11 or newer; here is $found." >&2
    echo "Install one, and name it if it is not called python3: make $purpose PYTHON=python3.12" >&2
    exit 1
fi

# Debian packages. A library is looked for as WeasyPrint looks for it: by opening it.
missing=$("$python" -I - <<'END'
import ctypes, sys

names = {"pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0", "harfbuzz-subset": "libharfbuzz-subset0"}
for name, package in names.items():
    try:
        ctypes.CDLL(f"lib{name}.0.dylib" if sys.platform == "darwin" else f"lib{name}.so.0")
    except OSError:
        print(package)
END
)
if [ "$python" = "$PYTHON" ] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
    missing="$missing $("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
fi
if [ "$purpose" = test ]; then
    command -v pdftotext >/dev/null || missing="$missing poppler-utils"
    command -v qpdf >/dev/null || missing="$missing qpdf"
    [ "$(uname)" != Linux ] || command -v strace >/dev/null || missing="$missing strace"
    for dictionary in nb_NO nn_NO en_GB; do
        hunspell -d "$dictionary" -l </dev/null >/dev/null 2>&1 || spelling="hunspell hunspell-no hunspell-en-gb"
    done
    missing="$missing ${spelling:-}"
fi
missing=$(echo $missing)

# The judges of pages and PDFs need more than a reader of tests may want: where it is missing, their tests are skipped.
modules=tests/judges/node_modules
if [ "$purpose" = test ]; then
    judges=
    command -v chromium >/dev/null || judges="$judges chromium"
    command -v javac >/dev/null || judges="$judges default-jdk-headless"
    command -v node >/dev/null || judges="$judges nodejs"
    command -v npm >/dev/null || judges="$judges npm"
    if [ -n "$judges" ] && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
        missing=$(echo $missing $judges)
    elif [ -n "$judges" ]; then
        echo "Tests of pages and PDFs are skipped: not installed are, by Debian's names,$judges." >&2
    fi
fi
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
        echo "reportgen needs programs and libraries that are not installed. By Debian's names: $missing." >&2
        echo "Fedora: sudo dnf install pango harfbuzz poppler-utils qpdf strace hunspell hunspell-nb hunspell-nn hunspell-en-GB." >&2
        echo "macOS: brew install pango harfbuzz poppler qpdf hunspell, and dictionaries nb_NO, nn_NO and en_GB." >&2
        echo "Then run 'make $purpose' again." >&2
        exit 1
    elif [ "$(id -u)" -ne 0 ]; then
        echo "reportgen needs packages that are not installed, and only root can install them. Run:" >&2
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
        echo "Then run 'make $purpose' again." >&2
        exit 1
    fi
    echo "Installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # The names are separate words.
    # shellcheck disable=SC2086
    apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $missing >/dev/null
fi

# The judges that npm brings, no file without its hash. Nothing is run to install them.
if [ "$purpose" = test ] && command -v npm >/dev/null; then
    wanted=$(cksum tests/judges/package.json tests/judges/package-lock.json)
    if [ "$(cat $modules/.set-up 2>/dev/null)" != "$wanted" ]; then
        echo "Setting up the judges of pages; the first time takes half a minute"
        rm -rf $modules
        if npm ci --prefix tests/judges --no-audit --no-fund --ignore-scripts --silent; then
            echo "$wanted" >$modules/.set-up
        else
            echo "npm could not install the judges of pages: their tests are skipped." >&2
            rm -rf $modules
        fi
    fi
fi

# The environment. It is set up again when its requirements change, or when the folder has moved.
wanted=$(pwd -P && cksum pyproject.toml requirements.txt)
if [ "$python" = .venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
echo "Setting up .venv; the first time takes a minute or two"
rm -f $stamp
[ "$python" = .venv/bin/python ] || "$python" -m venv --clear .venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
install() { .venv/bin/python -m pip install -qq --no-deps --no-build-isolation "$@"; }
# No file without its hash. What builds others comes first: setuptools the packages that come as source, hatchling ours.
awk '/^[a-z]/ { wanted = /^setuptools==/ } wanted' requirements.txt | install --require-hashes --requirement /dev/stdin
install --require-hashes --requirement requirements.txt
install --no-index --editable .
.venv/bin/python -m pip check >/dev/null || .venv/bin/python -m pip check >&2
# pip writes the folder's full name here, which Python 3.11 and 3.12 can't read in the C locale if it holds an æ.
for file in .venv/lib/python3*/site-packages/_reportgen.pth; do
    echo ../../../.. >"$file"
done
echo "$wanted" >$stamp
