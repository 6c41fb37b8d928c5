"""Detection of timeline, project and media formats, with advice for those that are not read.

The formats that are read have readers of their own (``shotlog_otio.formats``); here they are known
for media that turn out to be a timeline, and for files under a wrong name.

A format is detected by the head of the file first, then by its suffix, because files are renamed
and several formats use ``.xml``. Media files are detected to name them in errors if they have the
suffix of a timeline. No I/O: callers read :data:`HEAD_BYTES` of the file.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from types import MappingProxyType

BUNDLED = "content.otio"
"""The timeline's name in a bundle, .otioz or .otiod (OpenTimelineIO, "OTIO file bundles")."""

OTIO = frozenset({".otio", ".otioz", ".otiod"})
"""Suffixes of OpenTimelineIO: a file, a zip file, a folder."""

FOLDERS = frozenset({".otiod", ".fcpxmld"})
"""Suffixes of folders that are one timeline; the second is that of Final Cut Pro."""

HEAD_BYTES = 16384
"""Number of bytes at the start of a file that decide its format."""


@dataclass(frozen=True)
class TimelineFormat:
    """A format of timelines or projects.

    Attributes:
        name: Name of the format, with its article.
        advice: Advice on exporting a format that is read; "" for one that is read.
        suffix: Usual suffix of its files, for one that is read.
    """

    name: str
    advice: str = ""
    suffix: str = ""

    @property
    def is_read(self) -> bool:
        """True for a format that is read."""
        return not self.advice

    @property
    def message(self) -> str:
        """Error message for such a file under a name that is none of a timeline."""
        if self.is_read:
            return f"by its content this is {self.name}, by its name it is none"
        return f"this is {self.name}, which Shotlog does not read yet"

    @property
    def remedy(self) -> str:
        """Advice for such a file."""
        return self.advice or f"Rename it so that it ends in {self.suffix}."


_RESOLVE = (
    "In DaVinci Resolve (18.5 or later) open the timeline and export it: File > Export > Timeline,"
    " as .otio."
)
_PREMIERE = "Export the sequence from Premiere Pro (25 or later) as OpenTimelineIO (.otio)."
_ELSEWHERE = (
    "Export the timeline as OpenTimelineIO (.otio), from this editor or from one that can import"
    " what it exports, like DaVinci Resolve. Or give the media files themselves."
)
# Sources of the versions above: Resolve: issue 499 of OpenTimelineIO; Premiere Pro: Adobe's UXP
# reference (ProjectConverter.exportAsOpenTimelineIO); Kdenlive: its own source code.

_AAF = TimelineFormat("an AAF", suffix=".aaf")
_ALE = TimelineFormat("an Avid log (ALE)", _ELSEWHERE)
_AVID = TimelineFormat("an Avid project or bin", _ELSEWHERE)
_OPENSHOT = TimelineFormat("an OpenShot project", suffix=".osp")
_EDL = TimelineFormat("an edit decision list (EDL)", suffix=".edl")
_EFFECTS = TimelineFormat("an After Effects project", _ELSEWHERE)
_FCP7 = TimelineFormat("a Final Cut Pro 7 XML timeline", suffix=".xml")
_FCPX = TimelineFormat("a Final Cut Pro XML timeline (FCPXML)", suffix=".fcpxml")
_HIERO = TimelineFormat("a Hiero or Nuke Studio project", "Export the sequence from it as .otio.")
_KDEN = TimelineFormat("a Kdenlive project", suffix=".kdenlive")
_MLT = TimelineFormat("an MLT project, as Shotcut writes it", suffix=".mlt")
_MOTION = TimelineFormat("an OMF", "Export an AAF from the program that made it.")
_OLIVE = TimelineFormat("an Olive project", _ELSEWHERE)
_PITIVI = TimelineFormat("a Pitivi project (XGES)", suffix=".xges")
_PREM = TimelineFormat("a Premiere Pro project", _PREMIERE)
_RESOLVE_PROJECT = TimelineFormat("a DaVinci Resolve project", _RESOLVE)
_RESOLVE_TIMELINE = TimelineFormat("a DaVinci Resolve timeline (DRT)", _RESOLVE)
_VEGAS = TimelineFormat("a Vegas project", _ELSEWHERE)

_BY_ELEMENT = MappingProxyType({
    "xmeml": _FCP7, "fcpxml": _FCPX, "mlt": _MLT, "ges": _PITIVI, "premieredata": _PREM,
    "hieroxml": _HIERO, "olive": _OLIVE,
})  # fmt: skip
"""Formats by the root element of their XML; Kdenlive has that of MLT too."""

_BY_SUFFIX = MappingProxyType({
    ".aaf": _AAF, ".aep": _EFFECTS, ".aepx": _EFFECTS, ".ale": _ALE, ".avb": _AVID, ".avp": _AVID,
    ".dra": _RESOLVE_PROJECT, ".drp": _RESOLVE_PROJECT, ".drt": _RESOLVE_TIMELINE, ".edl": _EDL,
    ".fcp": TimelineFormat("a Final Cut Pro 7 project", _ELSEWHERE),
    ".fcpxml": _FCPX, ".fcpxmld": _FCPX,
    ".flb": TimelineFormat("a Flowblade project", _ELSEWHERE), ".hrox": _HIERO, ".kdenlive": _KDEN,
    ".mlt": _MLT, ".omf": _MOTION, ".osp": _OPENSHOT, ".ove": _OLIVE, ".prel": _PREM,
    ".prproj": _PREM, ".tscproj": TimelineFormat("a Camtasia project", _ELSEWHERE), ".veg": _VEGAS,
    ".vf": _VEGAS, ".vpj": TimelineFormat("a VideoPad project", _ELSEWHERE), ".xges": _PITIVI,
    ".xmeml": _FCP7, ".blend": TimelineFormat("a Blender file", _ELSEWHERE),
    ".wlmp": TimelineFormat("a Movie Maker project", _ELSEWHERE),
    ".llc": TimelineFormat("a LosslessCut project", _ELSEWHERE),
})  # fmt: skip

TIMELINE_SUFFIXES = frozenset(_BY_SUFFIX) | OTIO
"""Suffixes of timelines and projects, and of no other files."""

AAF_HEADS = (
    bytes.fromhex("d0cf11e0a1b11ae1 41414642 0d004f4d 060e2b34 010101ff"),
    bytes.fromhex("d0cf11e0a1b11ae1 0102010d 00020000 060e2b34 03020101"),
)
"""A compound file with the class ids of an AAF, for sectors of 512 and 4096 bytes (AAF Low-Level
Container Specification 1.0.1; the AAF SDK's ``AAFFileKinds.h``)."""

_PROLOG = r"<\?.*?\?>|<!--.*?-->|<![A-Z][^>\[]*(?:\[.*?\]\s*)?>"
# "*+" is possessive: a long head without an element must not be tried again in other divisions.
_ROOT = re.compile(rf"\s*(?:(?:{_PROLOG})\s*)*+<([A-Za-z][\w.-]*)", re.DOTALL)
"""The first element of an XML text, after declarations, comments and the document type."""
_TIMECODE = r"\d\d[:;]\d\d[:;]\d\d[:;.]\d\d"
_GAP = r"[ \t]+"
_EVENT = re.compile(
    rf"^[ \t]*\d+{_GAP}\S+{_GAP}\S+{_GAP}\S+(?:{_GAP}\d+)?(?:{_GAP}{_TIMECODE}){{4}}[ \t\r]*$",
    re.MULTILINE,
)
"""A CMX 3600 event: number, reel, channels, transition, source and record times."""


_MEDIA_HEADS = (
    (0, b"\x1a\x45\xdf\xa3", "Matroska or WebM, .mkv or .webm"),
    (0, b"OggS", "Ogg, .ogg or .ogv"),
    (0, b"FLV\x01", "Flash video, .flv"),
    (0, bytes.fromhex("3026b2758e66cf11"), "Windows Media, .wmv or .asf"),
    (0, bytes.fromhex("000001ba"), "MPEG program stream, .mpg"),
    (0, bytes.fromhex("000001b3"), "MPEG video, .m2v"),
    (0, bytes.fromhex("060e2b34020501010d010201"), "MXF, .mxf"),
    (4, b"ftyp", "MP4 or QuickTime, .mp4 or .mov"),
    (4, b"moov", "QuickTime, .mov"),
    (4, b"mdat", "QuickTime, .mov"),
    (4, b"wide", "QuickTime, .mov"),
    (8, b"AVI ", "AVI, .avi"),
    (8, b"WAVE", "WAV, .wav"),
)
"""Magic numbers of media formats: offset, bytes and name of the format
(Matroska's EBML header, RFC 3533, RFC 2361, ASF 1.20, ISO 13818-1, SMPTE ST 377-1, ISO 14496-12,
the QuickTime File Format)."""

_TS_PACKET = 188
_TS_SYNC = 0x47


def detect_media_format(head: bytes) -> str | None:
    """Return the format of a media file and its usual suffixes, or None if unknown."""
    for offset, magic, name in _MEDIA_HEADS:
        if head.startswith(magic, offset):
            return name
    for lead in (0, 4):  # AVCHD puts a timestamp of 4 bytes before every packet
        offsets = range(lead, len(head), _TS_PACKET + lead)
        # One byte in 256 equals the sync byte by chance: three packets are asked for.
        if len(offsets) > 2 and all(head[at] == _TS_SYNC for at in offsets):
            return "MPEG transport stream, .ts or .mts"
    return None


def is_aaf(head: bytes) -> bool:
    """Return True for the head of an AAF."""
    return head.startswith(AAF_HEADS)


def is_otio(head: bytes) -> bool:
    """Return True for the head of an OpenTimelineIO timeline or bundle."""
    if head.startswith(b"PK\x03\x04"):
        # A zip file holds the names of its members uncompressed.
        return BUNDLED.encode() in head
    text = _text(head).lstrip()
    return text.startswith("{") and '"OTIO_SCHEMA"' in text


def is_openshot(head: bytes, name: str) -> bool:
    """Return True for the head of a project of OpenShot.

    Args:
        head: The first :data:`HEAD_BYTES` of the file.
        name: Name of the file. It decides where the head tells nothing: OpenShot writes its
            version last, after long lists.
    """
    text = _text(head).lstrip()
    if not text.startswith("{") or '"OTIO_SCHEMA"' in text:
        return False
    by_name = name.lower().endswith(".osp") and any(part in text for part in _OPENSHOT_PARTS)
    return by_name or _OPENSHOT_VERSION.search(text) is not None


_OPENSHOT_PARTS = ('"clips"', '"layers"', '"fps"', '"files"', '"markers"', '"effects"')
"""Keys of a project of OpenShot, any of which may come first."""

_OPENSHOT_VERSION = re.compile('"openshot-qt"|"libopenshot"')


def root_element(head: bytes) -> str | None:
    """Return the name of the root element of an XML text by its head; None for other files.

    Args:
        head: Its first bytes, :data:`HEAD_BYTES` at the most, in UTF-8 or UTF-16.
    """
    root = _ROOT.match(_text(head))
    return root[1] if root else None


def detect_timeline_format(head: bytes, name: str) -> TimelineFormat | None:
    """Return the format of a timeline or project, OpenTimelineIO excepted; None for other files.

    Args:
        head: The first :data:`HEAD_BYTES` of the file, fewer for a short one, none for a folder.
        name: Name of the file.
    """
    found, named = detect_by_content(head), detect_by_suffix(name)
    if found is _MLT and named is _KDEN:  # Kdenlive writes MLT; its suffix is more specific
        return named
    return found or named


def detect_by_suffix(name: str) -> TimelineFormat | None:
    """Return the format of a file by its suffix, or None."""
    dot = name.rfind(".")
    return _BY_SUFFIX.get(name[dot:].lower()) if dot >= 0 else None


def detect_by_content(head: bytes) -> TimelineFormat | None:
    """Return the format of a file by its head, or None."""
    if is_aaf(head):
        return _AAF
    if head.startswith(b"\x1f\x8b"):  # gzip: Premiere Pro projects are gzipped XML
        return _in_xml(_text(_unpacked(head)))
    if head.startswith(b"PK\x03\x04"):
        # DaVinci Resolve projects are zip files; other zip files are not timelines.
        packed = b"project.xml" in head[:64].lower() or b"SeqContainer/" in head
        return _RESOLVE_PROJECT if packed else None
    if head[2:8] == b"Domain":  # the magic number of Avid's bins, after its length
        return _AVID
    text = _text(head)
    if text.lstrip().startswith("<"):
        return _in_xml(text)
    return _in_text(text)


def _unpacked(head: bytes) -> bytes:
    """Return the first bytes of a gzip file's content; none if it is damaged."""
    try:
        # 31 makes zlib expect the header of gzip. A small file may unpack to gigabytes.
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def _text(head: bytes) -> str:
    # "replace": the head may end within a character.
    return head.decode(_codec(head), errors="replace").removeprefix("\ufeff")


def _codec(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # An XML in UTF-16 without a byte order mark (XML 1.0, appendix F).
    wide = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
    return wide.get(head[:2], "utf-8")


def _in_xml(text: str) -> TimelineFormat | None:
    root = _ROOT.match(text)
    found = _BY_ELEMENT.get(root[1].lower()) if root else None
    if found is _MLT and "kdenlive:" in text:
        return _KDEN
    return found


def _in_text(text: str) -> TimelineFormat | None:
    if text.startswith("{"):
        return _OPENSHOT if _OPENSHOT_VERSION.search(text) else None
    if text.startswith("Heading") and "FIELD_DELIM" in text:
        return _ALE
    return _EDL if _EVENT.search(text) else None
