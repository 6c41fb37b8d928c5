"""FFmpeg's filters on single frames."""

from __future__ import annotations

from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame


def filter_graph(frame: VideoFrame, *filters: tuple[str, str]) -> Graph:
    """Return a graph that takes frames like this one through filters.

    Args:
        frame: Its size, its format and its time base are those of the frames that go in.
        filters: The name and the arguments of each, in order.
    """
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        # The filters need one and do not look at it.
        time_base=frame.time_base or Fraction(1, 1000),
    )
    graph.link_nodes(source, *(graph.add(*each) for each in filters), graph.add("buffersink"))
    graph.configure()
    return graph
