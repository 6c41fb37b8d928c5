"""The project of an FCPXML file with another size and name, and our entry in its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from shotlog.schema import ReframingUnsupported
from shotlog_otio.fcpxml import write_time
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    insert_after,
    insert_first,
    insert_last,
    quote_attribute,
    replace,
)

if TYPE_CHECKING:
    from shotlog_otio.fcpxml import FcpxmlFile

_DIGESTS: Final = "io.shotlog.crops"
"""Key of our entry: for each Transform that we wrote, the id of its clip and a digest."""
_PICTURES: Final = "io.shotlog.pictures"
"""Key of our entry: the aspect of the crops, then for each clip its id and the size of its
picture."""


def project_splices(
    file: FcpxmlFile, frame: Fraction, size: tuple[int, int], name: str
) -> Iterator[XmlSplice]:
    """Yield the splices for a new name, a new format, and no identity of the old project.

    Args:
        file: The file.
        frame: Seconds of a frame of the timeline.
        size: Width and height of the new frame in pixels.
        name: The new name.

    Raises:
        ReframingUnsupported: The timeline is a compound clip.
    """
    data, sequence = file.text.data, file.sequence
    project = sequence.parent
    if project is None or project.tag != "project":
        message = "the timeline is a compound clip, which is no project of its own"
        hint = "Choose a project with --sequence, or write a .json file."
        raise ReframingUnsupported(str(file.path), message, hint)
    yield from _attribute(data, project, "name", name)
    yield from _attribute(data, project, "uid", None)
    formats = {item.get("id"): item for item in file.text.root.walk() if item.tag == "format"}
    ids = {item.get("id") for item in file.text.root.walk()}
    number = next(n for n in range(1, len(ids) + 2) if f"shotlog{n}" not in ids)
    yield from _attribute(data, sequence, "format", f"shotlog{number}")
    old = formats.get(sequence.get("format"))
    facts = {} if old is None else {k: v for k, v in old.attrib.items() if k not in ("id", "name")}
    facts.setdefault("frameDuration", write_time(frame))
    facts |= {"width": str(size[0]), "height": str(size[1])}
    facts = {k: v for k, v in facts.items() if k not in ("paspH", "paspV")}
    told = " ".join(f"{key}={quote_attribute(value)}" for key, value in facts.items())
    xml = f'<format id="shotlog{number}" {told}/>'
    if old is not None:
        yield insert_after(data, old, xml)
        return
    resources = next(item for item in file.text.root.walk() if item.tag == "resources")
    yield insert_first(data, resources, xml)


def _attribute(data: bytes, element: Element, name: str, value: str | None) -> Iterator[XmlSplice]:
    """Yield the splice that gives an attribute another value; None takes it away."""
    end = element.children[0].start if element.children else element.end
    tag = data[element.start : end].decode()
    found = re.search(rf"\s{name}\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
    told = "" if value is None else f" {name}={quote_attribute(value)}"
    if found is None:
        at = element.start + 1 + len(element.tag.encode())
        if told:
            yield XmlSplice(at, at, told)
        return
    start, stop = (element.start + len(tag[:n].encode()) for n in found.span())
    yield XmlSplice(start, stop, told)


def metadata_splices(
    data: bytes,
    sequence: Element,
    digests: Sequence[str],
    aspect: Fraction,
    pictures: Mapping[str, tuple[int, int]],
) -> Iterator[XmlSplice]:
    """Yield the splices that put our entries into the metadata of a timeline.

    Args:
        data: The text of the file.
        sequence: The timeline.
        digests: The digest of each Transform that we wrote, as ``id=digest``.
        aspect: The aspect of the crops.
        pictures: By clip id, width and height of the upright picture of its media in pixels.
    """
    sizes = [f"{clip}={width}x{height}" for clip, (width, height) in pictures.items()]
    told = {_DIGESTS: digests, _PICTURES: [str(aspect), *sizes]}
    entries = {key: f'<md key="{key}" value="{" ".join(each)}"/>' for key, each in told.items()}
    metadata = sequence.child("metadata")
    if metadata is None:
        inner = "".join(f"\n\t{xml}" for xml in entries.values())
        yield insert_last(data, sequence, f"<metadata>{inner}\n</metadata>")
        return
    there = {md.get("key"): md for md in metadata.children}
    for key in entries.keys() & there.keys():
        yield replace(data, there[key], entries[key])
    if fresh := [xml for key, xml in entries.items() if key not in there]:
        yield insert_last(data, metadata, "\n".join(fresh))


def read_pictures(sequence: Element) -> tuple[Fraction | None, dict[str, tuple[int, int]]]:
    """Return the aspect of the crops, and the size of each clip's picture, as we wrote them.

    The aspect is None where the timeline does not tell it.

    Raises:
        ValueError: The entry is of another form.
    """
    metadata = sequence.child("metadata")
    entries = metadata.all("md") if metadata is not None else []
    told = next((md.get("value") or "" for md in entries if md.get("key") == _PICTURES), "")
    if not told:
        return None, {}
    aspect, *sizes = told.split()
    pictures = {}
    for each in sizes:
        clip, _, size = each.rpartition("=")
        width, height = map(int, size.split("x"))
        pictures[clip] = (width, height)
    return Fraction(aspect), pictures


def read_digests(sequence: Element) -> frozenset[str] | None:
    """Return the digests in the metadata of a timeline; None where it is no result of ours."""
    metadata = sequence.child("metadata")
    entries = metadata.all("md") if metadata is not None else []
    told = [md.get("value") or "" for md in entries if md.get("key") == _DIGESTS]
    return frozenset(told[-1].split()) if told else None
