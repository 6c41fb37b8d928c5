"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers.

A module is imported when one of its names is first used: OpenTimelineIO imports this package, which
lists adapters for it, in every program.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
