"""Timeline files: reading, repairing and saving .otio, .otioz and .otiod."""

from shotlog_otio.formats.bundle import check_copy, copy_file, copy_folder, replace_member
from shotlog_otio.formats.document import Document, is_timeline, load, suffix_of
from shotlog_otio.formats.json_text import JsonText, Span, Splice, Style, spliced
from shotlog_otio.formats.saving import check_save, output_errors, replacing, save

__all__ = [
    "Document",
    "JsonText",
    "Span",
    "Splice",
    "Style",
    "check_copy",
    "check_save",
    "copy_file",
    "copy_folder",
    "is_timeline",
    "load",
    "output_errors",
    "replace_member",
    "replacing",
    "save",
    "spliced",
    "suffix_of",
]
