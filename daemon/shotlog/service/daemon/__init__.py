"""The daemon process: its options, its start and end, autostart files for systems."""

import lazy_loader as lazy

# Lazy: a command that only asks the daemon imports neither the broker nor the journal.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
