#!/bin/sh
# Finds a Python of at least 3.11 and hands over to convoai.py. Each candidate is really run: a shim may exist and fail.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for candidate in ${CONVOAI_PYTHON:+"$CONVOAI_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$candidate" "$here/convoai.py" "$@"
    fi
done
echo "Python 3.11 or newer was not found: install it (https://www.python.org/downloads/, or your system's python3" \
    "package with python3-venv), or name one with CONVOAI_PYTHON, and run the command again." >&2
exit 1
