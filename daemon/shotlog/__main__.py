"""``python -m shotlog`` is the ``shotlog`` command."""

from shotlog.cli import main

main(prog_name="shotlog")
