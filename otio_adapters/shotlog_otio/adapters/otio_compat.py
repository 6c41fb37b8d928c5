"""Read OpenTimelineIO of newer and of damaged kinds, and write what old and new ones read.

``otioconvert -i new.otio -I shotlog_otio_compat -o old.otio``

OpenTimelineIO 0.18 refuses a whole file for one marker of 0.19 (``Marker.3``, with a ``Color.1``).
This adapter reads such markers as ``Marker.2``; effects and media references of unknown kinds
become the nearest known ones, and parts that are damaged are left out, each with a warning in the
log. What it writes has the range of a marker under both of its names, without which the first
versions of 0.19 refuse ``Marker.2``.
"""

from typing import Any


def read_from_file(filepath: str) -> Any:
    """Return the object that a file holds."""
    from pathlib import Path

    return _read(Path(filepath).read_bytes(), filepath)


def read_from_string(input_str: str) -> Any:
    """Return the object that a text holds."""
    return _read(input_str.encode(), "the text")


def write_to_string(input_otio: Any) -> str:
    """Return the text of an object."""
    import json

    import opentimelineio as otio

    text = otio.core.serialize_json_to_string(input_otio, indent=4)
    return json.dumps(json.loads(text, object_hook=_with_both_names), indent=4)


def _read(content: bytes, name: str) -> Any:
    import logging
    from pathlib import Path

    from shotlog_otio.documents import parse_document

    document = parse_document(Path(name), Path(name), content)
    for warning in document.warnings:
        logging.getLogger("shotlog_otio").warning("%s: %s", name, warning)
    return document.root


def _with_both_names(item: dict[str, Any]) -> dict[str, Any]:
    if item.get("OTIO_SCHEMA") == "Marker.2" and "marked_range" in item:
        item["range"] = item["marked_range"]
    return item
