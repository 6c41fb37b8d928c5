"""XML texts as trees whose elements know their place in the text, so that it can be patched."""

from shotlog_otio.xml_text.document import MAX_BYTES, XmlText, parse_xml
from shotlog_otio.xml_text.element import Element
from shotlog_otio.xml_text.filling import fill, remove_all
from shotlog_otio.xml_text.patching import (
    XmlSplice,
    insert_after,
    insert_first,
    insert_last,
    quote_attribute,
    quote_text,
    remove,
    replace,
)

__all__ = [
    "MAX_BYTES",
    "Element",
    "XmlSplice",
    "XmlText",
    "fill",
    "insert_after",
    "insert_first",
    "insert_last",
    "parse_xml",
    "quote_attribute",
    "quote_text",
    "remove",
    "remove_all",
    "replace",
]
