"""Everything that is printed: consoles, streams, tables, progress, views of daemon and models.

Its modules are imported when one of their names is first used: the views of models and the bars of
the engine need packages that take a second to import, which most commands do without.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
