"""Data of learning: corrections of editors, profiles made of them, errors.

A module is imported when one of its names is first used, as for the rest of the schema.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
