"""Selects: shots of any timelines as one new timeline, with its log."""

import lazy_loader as lazy

# Lazy: selects are made by the engine, which a command that only reads markers does without.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
