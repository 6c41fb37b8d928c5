"""Kinds of what is no shot of anything: black, title cards, colour bars."""

from shotlog.analyzers.kind.analyzer import KindAnalyzer
from shotlog.analyzers.kind.figures import PictureFigures
from shotlog.analyzers.kind.measure import FlatnessMeasure, read_pictures

__all__ = ["FlatnessMeasure", "KindAnalyzer", "PictureFigures", "read_pictures"]
