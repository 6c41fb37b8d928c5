"""Options that several commands share."""

import lazy_loader as lazy

# Lazy: the options of models import the protocol and the settings, which many commands do without.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
