"""Encodings of XML texts."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")


@dataclass(frozen=True)
class TextEncoding:
    """The encoding of a text file.

    Attributes:
        codec: Name of Python's codec.
        bom: The byte order mark before the text; empty where there is none.
    """

    codec: str
    bom: bytes = b""

    def decode(self, raw: bytes) -> str:
        """Return the text in some bytes.

        Raises:
            UnicodeDecodeError: They are not in this encoding.
        """
        return raw[len(self.bom) :].decode(self.codec)

    def encode(self, text: str) -> bytes:
        """Return the bytes of an XML text; a character that they cannot hold becomes ``&#...;``."""
        return self.bom + text.encode(self.codec, "xmlcharrefreplace")


def xml_encoding(raw: bytes) -> TextEncoding:
    """Return the encoding of an XML file: its byte order mark's, else the declared one.

    Source: appendix F of XML 1.0.

    Raises:
        LookupError: Python does not know the declared encoding.
    """
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            return TextEncoding(codec, bom)
    for head, codec in _UNMARKED:
        if raw.startswith(head):
            return TextEncoding(codec)
    declared = _DECLARED.match(raw)
    codec = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    # An 8-bit text cannot be in the encoding that it declares.
    return TextEncoding("utf-8" if codec.startswith(("utf-16", "utf-32")) else codec)
