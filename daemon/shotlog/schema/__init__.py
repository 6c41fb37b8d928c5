"""Data types that all rooms share: exact times, labels, evidence, findings, errors. No I/O.

A module is imported when one of its names is first used: commands that show no findings start
without numpy.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
