"""The tree of an OpenTimelineIO document."""

from __future__ import annotations

from shotlog_otio.dialects import dialect_of
from shotlog_otio.documents import Document, find_timeline
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.references import ReferenceReader
from shotlog_otio.timeline.clock import read_clock
from shotlog_otio.timeline.layout import TreeBuilder
from shotlog_otio.timeline.nodes import TimelineTree
from shotlog_otio.timeline.scene_starts import names_scene


def tree_of(
    document: Document, options: ReadOptions = DEFAULT_READING, *, markers: bool = True
) -> TimelineTree:
    """Return the tree of a document.

    Args:
        document: The document.
        options: The dialect and the places of media.
        markers: False to pass over the markers in it, which take as long as all else, apart from
            those that start scenes.

    Raises:
        SettingInvalid: There is no dialect of the name that the options give.
        TimelineUnreadable: The document holds no timeline, or several.
        TimelineEmpty: It has no stack.
    """
    timeline, top, path = find_timeline(document)
    dialect = dialect_of(document, options.dialect)
    references = ReferenceReader(document, relinks=options.relinks)
    builder = TreeBuilder(references, dialect, document.data, None if markers else names_scene)
    root = builder.build(top, path)
    clock = read_clock(timeline, top, root)
    return TimelineTree(
        name=timeline.name or document.path.stem,
        rate=clock.rate,
        root=root,
        start=clock.start,
        drop_frame=clock.drop_frame,
        warnings=(*document.warnings, *clock.warnings),
    )
