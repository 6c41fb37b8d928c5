"""Settings of the user and of a project, for every door: flags, environment, TOML files."""

import lazy_loader as lazy

# Lazy: pydantic-settings takes 0.1 s to import, and the daemon's defaults are read everywhere.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
