"""The client library: connect, start the daemon on demand, submit, watch.

Modules are imported when one of their names is first used: commands that only ask the daemon
import neither the broker nor the journal.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
