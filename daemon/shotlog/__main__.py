"""The ``shotlog`` command as ``python -m shotlog``."""

import sys

try:
    from shotlog.cli import main
except KeyboardInterrupt:  # Ctrl-C before shotlog.cli has installed its handler
    sys.exit(130)

main(prog_name="shotlog")
