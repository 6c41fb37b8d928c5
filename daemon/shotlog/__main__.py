"""``python -m shotlog`` is the ``shotlog`` command."""

import sys

try:
    from shotlog.cli import main
except KeyboardInterrupt:  # Ctrl-C before shotlog.cli answers it: a moment on a busy machine
    sys.exit(130)

main(prog_name="shotlog")
