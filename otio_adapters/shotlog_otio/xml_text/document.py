"""Parsing of XML texts, with nothing that a text could ask the parser to fetch or to expand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

from shotlog.schema import TimelineUnreadable
from shotlog_otio.xml_text.element import TAG_END, Element
from shotlog_otio.xml_text.encodings import TextEncoding, xml_encoding
from shotlog_otio.xml_text.patching import XmlSplice

DEEPEST = 400
"""Levels of elements beyond which a text is refused; the deepest nests of editors have some 100."""

MAX_BYTES = 1 << 28
"""Size of a text beyond which it is not read: its tree would take several times as much memory."""


class XmlText:
    """A parsed XML text.

    Attributes:
        data: The text in UTF-8, without a byte order mark, as offsets of elements count it.
        root: Its root element.
    """

    def __init__(self, data: bytes, root: Element, encoding: TextEncoding) -> None:
        self.data = data
        self.root = root
        self._encoding = encoding

    def patched(self, splices: Iterable[XmlSplice]) -> bytes:
        """Return the file's bytes with some replaced, in its own encoding.

        Args:
            splices: They must not overlap. Several insertions at one place keep their order.
        """
        parts: list[bytes] = []
        at = 0
        for start, end, text in sorted(splices, key=lambda splice: splice[:2]):
            parts += self.data[at:start], text.encode()
            at = end
        return self._encoding.encode(b"".join([*parts, self.data[at:]]).decode())


def parse_xml(raw: bytes, path: Path) -> XmlText:
    """Parse an XML file.

    A document type is allowed, but not entities: no timeline needs them, and a few lines of them
    can expand to gigabytes or name files of the machine. Nothing is fetched.

    Args:
        raw: Content of the file, in any encoding.
        path: The file, for errors.

    Raises:
        TimelineUnreadable: It is no XML, is damaged, declares entities, or is nested too deeply.
    """
    subject = str(path)
    if len(raw) > MAX_BYTES:
        raise TimelineUnreadable(subject, "it is too large to be an edit")
    try:
        encoding = xml_encoding(raw)
        data = encoding.decode(raw).encode()
    except LookupError as error:
        raise TimelineUnreadable(subject, f"its text encoding is unknown ({error})") from error
    except UnicodeError as error:
        raise TimelineUnreadable(subject, f"it is not text in its encoding ({error})") from error
    builder = _Builder(data, subject)
    return XmlText(data, builder.parse(), encoding)


class _Builder:
    """Builder of the tree of one text."""

    def __init__(self, data: bytes, subject: str) -> None:
        self._data = data
        self._subject = subject
        self._open: list[Element] = []
        self._root: Element | None = None
        # The text was decoded already, whatever its declaration says.
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def parse(self) -> Element:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise TimelineUnreadable(
                self._subject, f"it is no XML: {reason} in line {error.lineno}"
            ) from error
        if self._root is None:
            raise TimelineUnreadable(self._subject, "it holds no XML element")
        return self._root

    def _start(self, tag: str, attrib: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(tag, attrib, parent, self._parser.CurrentByteIndex)
        if parent is None:
            self._root = element
        else:
            parent.children.append(element)
        self._open.append(element)
        if len(self._open) > DEEPEST:
            raise TimelineUnreadable(self._subject, "it is nested too deeply to be an edit")

    def _end(self, tag: str) -> None:
        del tag
        element, at = self._open.pop(), self._parser.CurrentByteIndex
        # For <a/> the parser gives the place of its tag once more, or the place behind it.
        if at > element.start and self._data.startswith(b"</", at):
            one_tag = self._data.startswith(b"/>", at - 2) and not element.children
            if not one_tag or self._tag_end(element) != at:
                element.close = at
                # In a text that is cut off in its end tag, the parser tells the fault afterwards.
                element.end = self._data.find(b">", at) + 1 or len(self._data)
                return
        element.end = self._tag_end(element)

    def _tag_end(self, element: Element) -> int:
        """Return the offset after the start tag of an element."""
        found = TAG_END.match(self._data, element.start)
        return found.end() if found else element.start

    def _text(self, text: str) -> None:
        element = self._open[-1]
        if not element.children:
            element.text += text

    def _entity(self, name: str, *_: object) -> None:
        raise TimelineUnreadable(
            self._subject,
            f'it declares the entity "{name}", which no timeline needs and which may be an attack',
            "Export it again from your editor; do not open files of strangers that do this.",
        )

    def _skipped(self, name: str, is_parameter: bool) -> None:
        del is_parameter
        raise TimelineUnreadable(self._subject, f'it uses the entity "{name}", which is unknown')
