"""FFmpeg filters for single frames."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame


def build_filter_graph(frame: VideoFrame, *filters: tuple[str, str]) -> Graph:
    """Return a configured chain of filters for frames like a given one.

    Args:
        frame: The frames that go in have its size, format and time base.
        filters: Name and arguments of each filter, in order.
    """
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        # FFmpeg demands a time base; the filters used here ignore it.
        time_base=frame.time_base or Fraction(1, 1000),
    )
    graph.link_nodes(source, *(graph.add(*each) for each in filters), graph.add("buffersink"))
    graph.configure()
    return graph
