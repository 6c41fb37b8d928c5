"""The client library: connect to the daemon, start it on demand, submit and watch jobs, end it."""

import lazy_loader as lazy

# Lazy: a command that only asks the daemon imports neither the broker nor the journal.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
