"""What is said: exact times, labels, findings, errors. Pure data, no I/O."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
