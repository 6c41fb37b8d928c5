"""Shot size from faces."""

from shotlog.analyzers.size.analyzer import SizeAnalyzer
from shotlog.analyzers.size.people import followed, principals
from shotlog.analyzers.size.scale import ORDER, SCALE, Framing, Scale

__all__ = ["ORDER", "SCALE", "Framing", "Scale", "SizeAnalyzer", "followed", "principals"]
