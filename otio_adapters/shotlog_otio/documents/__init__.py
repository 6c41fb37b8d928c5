"""OpenTimelineIO documents: their JSON text, its object tree, repairs, and saving."""

from shotlog_otio.documents.bundle import (
    check_folder_output,
    copy_file,
    copy_folder,
    replace_member,
)
from shotlog_otio.documents.document import (
    BOM,
    MAX_BYTES,
    Document,
    is_folder,
    naming_other_formats,
    no_bundle,
    open_timeline,
    parse_document,
    read_head,
    read_text,
    read_whole,
)
from shotlog_otio.documents.json_text import JsonPath, JsonText, Span, Splice, apply_splices
from shotlog_otio.documents.list_edits import element_line, element_splices
from shotlog_otio.documents.objects import deserialize
from shotlog_otio.documents.roots import find_timeline
from shotlog_otio.documents.saving import (
    check_output_file,
    check_replaceable,
    check_save,
    replacing,
    save,
)
from shotlog_otio.documents.style import Style
from shotlog_otio.documents.survey import MAX_DEPTH, is_plain

__all__ = [
    "BOM",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "JsonPath",
    "JsonText",
    "Span",
    "Splice",
    "Style",
    "apply_splices",
    "check_folder_output",
    "check_output_file",
    "check_replaceable",
    "check_save",
    "copy_file",
    "copy_folder",
    "deserialize",
    "element_line",
    "element_splices",
    "find_timeline",
    "is_folder",
    "is_plain",
    "naming_other_formats",
    "no_bundle",
    "open_timeline",
    "parse_document",
    "read_head",
    "read_text",
    "read_whole",
    "replace_member",
    "replacing",
    "save",
]
