"""Renders: pictures and sound of an edit, encoded by FFmpeg into finished files.

:func:`plan_render` tells what would be done, :func:`render` does it.
"""

import lazy_loader as lazy

# Lazy: the doctor asks for FFmpeg alone, and need not import decoders.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
