"""Corrections of editors: what a run wrote is recorded, and what became of it is collected.

A module is imported when one of its names is first used: commands that only record need no probes.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
