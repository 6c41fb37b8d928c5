"""File names that are not text or differ from those of the timeline, and hints for other formats.

What a person sees as one name is several to a file system: see ``shotlog_otio.lookup``.
"""

from __future__ import annotations

import gzip
import json
import os
import unicodedata
import zipfile
from pathlib import Path

from benchmarks.field.case import Case
from benchmarks.field.places import footage, refused, timeline, told
from benchmarks.field.product import analyzed, shotlog_process

LATIN1 = os.fsdecode(b"caf\xe9.mp4")
"""``café.mp4`` as a camera of 2005 wrote it: no UTF-8."""

NFC, NFD = (unicodedata.normalize(form, "Zoë à Orléans.mp4") for form in ("NFC", "NFD"))


def _film(*paths: Path) -> None:
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(footage(number=number))


def _beside(folder: Path) -> str:
    _film(folder / "rushes" / "good.mp4", folder / "rushes" / LATIN1)
    return told(folder, analyzed(folder, folder / "rushes"))


def _process(folder: Path) -> str:
    """Return everything that the command prints, with the log read again as JSON."""
    _film(folder / LATIN1)
    run = shotlog_process(
        "analyze", os.fsencode(LATIN1), "--in-process", "--no-cache", "--models", "builtin",
        "-o", b"log\xe9.otio", "--json", "log.json", "--report", b"log\xe9.html", cwd=folder,
    )  # fmt: skip
    log = json.loads((folder / "log.json").read_bytes())
    (clip,) = log["edit"]["clips"]
    made = (folder / os.fsdecode(b"log\xe9.otio")).read_text()
    url = f"{folder.as_uri()}/caf%E9.mp4"
    said = r"log\xe9.otio" in run.output
    return f"{run.code}, {said}, {clip['name']}, {clip['media']['path'] == url and url in made}"


def _again(folder: Path) -> str:
    """Analyse a timeline made of such a file again, with its URL percent-encoded."""
    _film(folder / LATIN1)
    analyzed(folder, folder / LATIN1, "-o", folder / "log.otio")
    return told(folder, analyzed(folder, folder / "log.otio"))


def _relative(folder: Path, *names: str, url: str) -> str:
    """Analyse a timeline with a relative file name, beside files of other names."""
    _film(*(folder / name for name in names))
    return told(folder, analyzed(folder, timeline(folder / "cut.otio", url)))


def _encoded(folder: Path) -> str:
    return _relative(folder, LATIN1, url="caf%E9.mp4")


def _latin1_letters(folder: Path) -> str:
    return _relative(folder, "café.mp4", url="caf%E9.mp4")


def _mac(folder: Path) -> str:
    return _relative(folder, unicodedata.normalize("NFD", f"Étés/{NFD}"), url=f"Étés/{NFC}")


def _linux(folder: Path) -> str:
    return _relative(folder, NFC, url=NFD)


def _case(folder: Path) -> str:
    return _relative(folder, "Media/A001.MP4", url="media/a001.mp4")


def _form_before_case(folder: Path) -> str:
    return _relative(folder, NFD.upper(), NFD, url=NFC)


def _ambiguous(folder: Path) -> str:
    return _relative(folder, "Take.mp4", "TAKE.mp4", url="take.mp4")


def _exact(folder: Path) -> str:
    return _relative(folder, "Take.mp4", "take.mp4", url="take.mp4")


def _link(folder: Path) -> str:
    """Analyse a linked timeline: one of its media is beside the link, one beside its target."""
    _film(folder / "desk" / "a.mp4", folder / "project" / "b.mp4")
    target = timeline(folder / "project" / "cut.otio", "a.mp4", "b.mp4")
    (folder / "desk" / "cut.otio").symlink_to(target)
    return told(folder, analyzed(folder, folder / "desk" / "cut.otio"))


def _zipped(folder: Path) -> str:
    """Analyse a bundle packed by a program that writes UTF-8 without the flag for it."""
    plain = timeline(folder / "cut.otio", f"media/{NFC}").read_bytes()
    name = NFD.encode()
    stand_in = "#" * len(name)  # ASCII needs no flag
    made = folder / "cut.otioz"
    with zipfile.ZipFile(made, "w") as bundle:
        bundle.writestr("content.otio", plain)
        bundle.writestr(f"media/{stand_in}", footage())
    made.write_bytes(made.read_bytes().replace(stand_in.encode(), name))
    return told(folder, analyzed(folder, made)).replace(NFD, "NFD").replace(NFC, "NFC")


_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE x>\n<!-- made by hand -->\n'
_EVENT = b"001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
_AAF = bytes.fromhex("d0cf11e0a1b11ae1 41414642 0d004f4d 060e2b34 010101ff") + bytes(600)
_BIN = b"\x06\0Domain" + bytes(600)

_FORMATS: tuple[tuple[str, bytes, str], ...] = (
    ("a.xml", (_XML + b"<hieroXML version='11'/>").replace(b"UTF-8", b"UTF-16").decode()
     .encode("utf-16"), "a Hiero or Nuke Studio project"),
    ("bin.avb", _BIN, "an Avid project or bin"),
    ("bin.media", _BIN, "an Avid project or bin"),
    ("p.prproj", gzip.compress(_XML + b"<PremiereData Version='3'/>"), "a Premiere Pro project"),
    ("p.drp", b"PK\x03\x04" + bytes(22) + b"\x0b\0\0\0project.xml", "a DaVinci Resolve project"),
    ("p.veg", b"riff" + bytes(100), "a Vegas project"),
    ("log.ale", b"Heading\nFIELD_DELIM\tTABS\n", "an Avid log (ALE)"),
)  # fmt: skip
"""A file of a format that is not read, its content and what it is; where the name says nothing, the
content does."""

_READ: tuple[tuple[str, bytes], ...] = (
    ("cut.edl", b"TITLE: CUT\nFCM: NON-DROP FRAME\n\n" + _EVENT),
    ("cut.txt", b"TITLE: CUT\r\n\r\n" + _EVENT),
    ("cut.xml", _XML.replace(b" x>", b" xmeml>") + b"<xmeml/>"),
    ("cut.media", _AAF),
)
"""Files of formats that are read, some under names that do not say so."""


def _format(name: str, content: bytes, what: str) -> Case:
    def tell(folder: Path) -> str:
        path = folder / name
        path.write_bytes(content)
        commands = (["analyze", path, "--in-process"], ["show", path], ["clear", path])
        answers = {refused(folder, *command).splitlines()[0] for command in commands}
        left = "" if path.read_bytes() == content else ", and was changed"
        return f"{'; '.join(sorted(answers))}{left}"

    says = f"1, shotlog: {name}: this is {what}, which Shotlog does not read yet"
    return Case("words", f"analyze, show and clear {name}, {what}", says, tell)


def _among_footage(folder: Path) -> str:
    rushes = folder / "rushes"
    _film(rushes / "a.mp4")
    for name, content in (*_READ, *(row[:2] for row in _FORMATS[:3])):
        (rushes / name).write_bytes(content)
    (rushes / "old.otio").write_bytes(b"{}")
    return told(folder, analyzed(folder, rushes))


def _remedies(folder: Path) -> str:
    said = []
    for name, content, _ in (_FORMATS[0], _FORMATS[3], _FORMATS[4]):
        (folder / name).write_bytes(content)
        said.append(refused(folder, "show", folder / name).splitlines()[1])
    return " ".join(said)


CASES: tuple[Case, ...] = (
    Case("names", "a name in Latin-1 beside a good file", r"caf\xe9.mp4, good.mp4 | nothing",
         _beside),
    # The URL contains the byte E9; the clip's name is readable.
    Case("names", "a name in Latin-1: timeline, JSON and report are written",
         r"0, True, caf\xe9.mp4, True", _process),
    Case("names", "the timeline that was made of it", r"caf\xe9.mp4 | nothing", _again),
    Case("names", "a URL with %E9, a name in Latin-1", "caf%E9.mp4 | nothing", _encoded),
    Case("names", "a URL with %E9, a name in UTF-8", "caf%E9.mp4 | nothing", _latin1_letters),
    Case("names", "decomposed on disk, composed in the timeline",
         f"{NFC} | {NFC}: its media was found as E\u0301te\u0301s/{NFD}, which differs in Unicode"
         " form alone", _mac),
    Case("names", "composed on disk, decomposed in the timeline",
         f"{NFD} | {NFD}: its media was found as {NFC}, which differs in Unicode form alone",
         _linux),
    Case("names", "other letter case, in a folder and in a file",
         "a001.mp4 | a001.mp4: its media was found as Media/A001.MP4, which differs in letter case"
         " alone", _case),
    Case("names", "one differs in form, another in case",
         f"{NFC} | {NFC}: its media was found as {NFD}, which differs in Unicode form alone",
         _form_before_case),
    Case("names", "two differ in letter case",
         "take.mp4 | take.mp4: no file has the name that the timeline gives, and several differ"
         " from it in letter case alone: TAKE.mp4, Take.mp4", _ambiguous),
    Case("names", "one has the very name, another differs in case", "take.mp4 | nothing", _exact),
    Case("names", "a timeline that is a link", "a.mp4, b.mp4 | nothing", _link),
    Case("names", "decomposed in a bundle that does not say that it is UTF-8",
         "NFC | NFC: its media was found as media/NFD, which differs in Unicode form alone",
         _zipped),
    *(_format(*row) for row in _FORMATS),
    Case("words", "other formats among footage",
         "a.mp4 | passed over: 3 documents (.txt, .xml), 5 timelines and projects (bin.avb,"
         " bin.media, cut.edl, cut.media, old.otio)", _among_footage),
    # Menus as their makers document them.
    Case("words", "what to export instead",
         "Export the sequence from it as .otio. Export the sequence from Premiere Pro (25 or later)"
         " as OpenTimelineIO (.otio). In DaVinci Resolve (18.5 or later) open the timeline and"
         " export it: File > Export > Timeline, as .otio.", _remedies),
)  # fmt: skip
