"""Filters of FFmpeg that write facts about frames, within this process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from fractions import Fraction

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from shotlog.delivery.qc.contract import PictureExaminer, SeenFrame
from shotlog.media import Frame

CLOCK = 90_000
"""Ticks per second of the timestamps that filters see: those of MPEG, finer than any frame."""


class FilteredExaminer:
    """An examiner behind its filters, which may give frames back later than they take them.

    Args:
        examiner: The examiner.
    """

    def __init__(self, examiner: PictureExaminer) -> None:
        self.examiner = examiner
        self._graph: Graph | None = None
        self._form: tuple[str, int, int] | None = None
        self._waiting: deque[tuple[Fraction, Fraction, Frame]] = deque()

    def see(self, frame: Frame) -> None:
        """Take the next frame."""
        picture = frame.picture
        form = (picture.format.name, picture.width, picture.height)
        if not self.examiner.filters:
            self.examiner.see(SeenFrame(frame.start, frame.end, frame, {}))
            return
        if form != self._form:  # a stream may change its size midway
            self.finish()
            self._graph, self._form = _graph(self.examiner, picture), form
        assert self._graph is not None  # noqa: S101
        self._waiting.append((frame.start, frame.end, frame))
        stamped = _with_clock(picture, frame.start)
        self._graph.push(stamped)
        self._take(self._graph)

    def finish(self) -> None:
        """Let the examiner see what is still in the filters."""
        if self._graph is not None:
            self._graph.push(None)
            self._take(self._graph)
            self._graph = None

    def _take(self, graph: Graph) -> None:
        for facts in _pulled(graph):
            start, end, frame = self._waiting.popleft()
            self.examiner.see(SeenFrame(start, end, frame, facts))


def _graph(examiner: PictureExaminer, picture: VideoFrame) -> Graph:
    """Return the filters of an examiner for pictures like one."""
    graph = Graph()
    head = graph.add_buffer(
        width=picture.width,
        height=picture.height,
        format=picture.format,
        time_base=Fraction(1, CLOCK),
    )
    for text in examiner.filters.split(","):
        name, _, options = text.partition("=")
        node = graph.add(name, options or None)
        head.link_to(node)
        head = node
    head.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _with_clock(picture: VideoFrame, start: Fraction) -> VideoFrame:
    """Return a picture with the timestamp that filters are to see."""
    picture.time_base = Fraction(1, CLOCK)
    picture.pts = round(start * CLOCK)
    return picture


def _pulled(graph: Graph) -> Iterator[Mapping[str, str]]:
    """Yield the facts of the frames that have come through."""
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield frame.metadata
