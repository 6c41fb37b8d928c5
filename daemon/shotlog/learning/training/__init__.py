"""Training of VideoMAE models for sizes and moves.

The names are loaded on first use, because the network imports torch and transformers.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
