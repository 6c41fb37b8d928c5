"""The lines of a list as bytes, so that a patch of some leaves all others as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from shotlog_otio.edl.encodings import encoding_of

_PADDING = "\x00\x1a"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class Line(NamedTuple):
    """A line of a file.

    Attributes:
        text: Its text, without padding.
        tail: The padding and the line end after it. Padding fills the last block of a disk, or is
            the Ctrl-Z that ends a text of CP/M and DOS.
        ended: False for the last line of a file where it has no line end.
    """

    text: str
    tail: str
    ended: bool


class EdlText:
    """The text of a list.

    Attributes:
        lines: Its lines.
        codec: Its encoding.
    """

    def __init__(self, raw: bytes) -> None:
        self.codec, self._bom = encoding_of(raw)
        self.lines = tuple(_lines(raw[len(self._bom) :].decode(self.codec)))

    def kept(self, text: str) -> str:
        """Return a text as this encoding keeps it: what it does not have becomes ``?``."""
        return text.encode(self.codec, "replace").decode(self.codec)

    def patched(self, removed: Collection[int], added: Mapping[int, Sequence[str]]) -> bytes:
        """Return the content of the file without some lines, and with others.

        Args:
            removed: Numbers of the lines to take out.
            added: By number of a line, the texts of the lines to put after it.
        """
        lines: list[Line] = []
        for number, line in enumerate(self.lines):
            if number in removed:
                if not line.ended and lines:  # the line before is the last one again
                    lines[-1] = lines[-1]._replace(tail=line.tail, ended=False)
            else:
                lines.append(line)
            for text in added.get(number, ()):
                # Of a last line without an end, the padding goes on after the new one.
                last = lines[-1] if lines else Line("", "", ended=True)
                end = last.tail if last.ended and last.tail else self._usual_end
                if not last.ended:
                    lines[-1] = last._replace(tail=end, ended=True)
                    lines.append(Line(text, last.tail, ended=False))
                else:
                    lines.append(Line(text, end.lstrip(_PADDING), ended=True))
        return self._bom + "".join(line.text + line.tail for line in lines).encode(self.codec)

    @cached_property
    def _usual_end(self) -> str:
        ends = Counter(line.tail.lstrip(_PADDING) for line in self.lines if line.ended)
        return ends.most_common(1)[0][0] if ends else "\n"


def _lines(text: str) -> list[Line]:
    lines = []
    for content, end in _LINE.findall(text):
        kept = content.rstrip(_PADDING)
        lines.append(Line(kept, content[len(kept) :] + end, bool(end)))
    # After the last line end the pattern matches once more, with nothing.
    if len(lines) > 1 and not lines[-1].text and not lines[-1].tail:
        lines.pop()
    return lines
