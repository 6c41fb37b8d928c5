"""Final Cut Pro XML, ``.fcpxml`` and ``.fcpxmld``: read, and marked in place."""

import lazy_loader as lazy

# Lazy: a search for the format of a file loads every format.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
