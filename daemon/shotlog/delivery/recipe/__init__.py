"""Recipes of deliveries: stages in a row, each from the store where nothing has changed.

:func:`deliver` runs a :class:`Recipe` on a :class:`DeliveredFilm`; :func:`explain` tells before.

A module is imported when one of its names is first used: the command that shows the cache needs the
store alone.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
