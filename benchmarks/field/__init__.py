"""Inputs that broke other tools, tried on Shotlog: kind, expected, told, verdict.

    python -m benchmarks.field [KIND ...] [--json] [--list] [--jobs N]

Every case makes its own input, with a known answer, runs the product on it as a user would, and
compares texts. The same cases are the tests of ``tests/field``. A module holds the cases of
related kinds as ``CASES``; ``make`` makes inputs, ``product`` runs Shotlog.
"""

from benchmarks.field.case import Case, Verdict
from benchmarks.field.corpus import cases

__all__ = ["Case", "Verdict", "cases"]
