#!/bin/sh
# Installs Shotlog: finds a Python 3.11 or newer and runs install.py with it.
#   sh installer/install.sh [options of install.py]      PYTHON=/path/python3 names one
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.maxsize <= 2**32)' \
        >/dev/null 2>&1
}
# python.org's builds for macOS lie where a shell that an editor starts may not look.
for python in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3.14 python3 python \
    /usr/local/bin/python3 /opt/homebrew/bin/python3 \
    /Library/Frameworks/Python.framework/Versions/Current/bin/python3; do
    if command -v "$python" >/dev/null 2>&1 && fits "$python"; then
        exec "$python" "$folder/install.py" "$@"
    fi
done
cat >&2 <<'TEXT'
Shotlog needs Python 3.11 or newer, 64 bit, and none was found on this machine.
  macOS          https://www.python.org/downloads/
  Debian/Ubuntu  sudo apt install python3 python3-venv
  Fedora         sudo dnf install python3
Then run this script again. PYTHON=/path/to/python3 names one that lies elsewhere.
TEXT
exit 2
