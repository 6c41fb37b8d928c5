"""Detection of XML texts by their beginning."""

from __future__ import annotations

import re

from shotlog_otio.xml_text.encodings import xml_encoding

_PROLOG = r"<\?.*?\?>|<!--.*?-->|<![A-Z][^>\[]*(?:\[.*?\]\s*)?>"
# "*+" is possessive: a long head without an element must not be tried again in other divisions.
_ROOT = re.compile(rf"\s*(?:(?:{_PROLOG})\s*)*+<([A-Za-z_][\w.:-]*)", re.DOTALL)


def root_tag(head: bytes) -> str | None:
    """Return the name of the root element of an XML text; None for other texts.

    Args:
        head: Its first bytes, in any encoding; it may end anywhere.
    """
    try:
        encoding = xml_encoding(head)
        text = head[len(encoding.bom) :].decode(encoding.codec, "replace")
    except (LookupError, UnicodeError):
        return None
    found = _ROOT.match(text)
    return found[1] if found else None
