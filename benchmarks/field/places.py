"""Folders and bundles: searched and skipped files, and the messages about them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import opentimelineio as otio

from benchmarks.field.case import Case
from benchmarks.field.make import film
from benchmarks.field.product import STRANGER, analyzed, faults, shotlog, shotlog_process
from shotlog.schema import Log


@cache
def footage(suffix: str = ".mp4", number: int = 0, codec: str = "libx264") -> bytes:
    """Make a film of 12 frames and one scene, in the container of a suffix."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        options = ("-c:v", codec, "-pix_fmt", "yuv420p")
        made = film(path, *options, scenes=1, length=12, size=(160, 90), first=number)
        return made.read_bytes()


def told(folder: Path, log: Log) -> str:
    """Return the clips by name, then all messages, without the path of the folder."""
    names = ", ".join(clip.name for clip in log.edit.clips)
    of_clips = [f"{clip.name}: {said}" for clip in log.edit.clips for said in clip.warnings]
    everything = log.model_copy(
        update={"warnings": tuple(dict.fromkeys([*log.warnings, *of_clips]))}
    )
    return f"{names} | {faults(everything).replace(f'{folder}/', '')}"


def refused(folder: Path, *args: str | Path) -> str:
    """Return the message of a command that fails, without the path of the folder."""
    run = shotlog(*args)
    line = run.output[run.output.index("shotlog: ") :].strip()
    return f"{run.code}, {line}".replace(f"{folder}/", "").replace(str(folder), "it")


def _folder(folder: Path, files: dict[str, bytes]) -> Path:
    """Make a folder ``rushes`` with these files; a name with a slash at its end is a folder."""
    rushes = folder / "rushes"
    for name, content in files.items():
        place = rushes / name
        (place if name.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            place.write_bytes(content)
    return rushes


def _searched(folder: Path, files: dict[str, bytes]) -> str:
    return told(folder, analyzed(folder, _folder(folder, files))).replace("rushes/", "")


def _suffixes(folder: Path) -> str:
    mpeg, mp4 = footage(".ts"), footage()
    names = {"a.m2t": mpeg, "b.MOD": mpeg, "c.tod": mpeg, "d.h264": footage(".h264"), "e.mpe": mpeg}
    more = {"f.qt": mp4, "g.mp4v": mp4, "h.f4v": mp4, "i.3g2": mp4, "j.insv": mp4, "k.tp": mpeg}
    return _searched(
        folder,
        names | more | {"l.nut": footage(".nut"), "m.mjpeg": footage(".mjpeg", codec="mjpeg")},
    )


def _unknown(folder: Path) -> str:
    noise = bytes(n * n * 31 % 251 for n in range(9000))
    names = {
        "take 1": footage(),
        "a.rushes": footage(".mkv"),
        "junk.bin": noise,
        "READ.ME": b"Hi\n",
    }
    return _searched(folder, names | {"song.track": b"RIFF\x24\0\0\0WAVEfmt " + _FORMAT + noise})


_FORMAT = b"\x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data\x28\x23\0\0"
"""16 bit PCM at 48 kHz, one channel; 9000 bytes of it."""


def _links(folder: Path) -> str:
    elsewhere = folder / "disk"
    elsewhere.mkdir()
    (elsewhere / "b.mov").write_bytes(footage(".mov", 1))
    rushes = _folder(folder, {"a.mp4": footage(), "sub/": b""})
    (rushes / "card").symlink_to(elsewhere)
    (rushes / "same.mp4").symlink_to("a.mp4")
    (rushes / "sub" / "round").symlink_to(rushes)
    (rushes / "lost.mov").symlink_to("/volume that is not mounted/x.mov")
    (rushes / "lost card").symlink_to("/volume that is not mounted")
    (rushes / "lost.txt").symlink_to("/volume that is not mounted/x.txt")
    return told(folder, analyzed(folder, rushes)).replace("rushes/", "")


def _twice(folder: Path) -> str:
    rushes = _folder(folder, {"a.mp4": footage(), "b.mp4": footage(number=1)})
    return told(folder, analyzed(folder, rushes / "b.mp4", rushes)).replace("rushes/", "")


def _pipe(folder: Path) -> str:
    rushes = _folder(folder, {"a.mp4": footage()})
    os.mkfifo(rushes / "live.mp4")
    return told(folder, analyzed(folder, rushes)).replace("rushes/", "")


def _shut(folder: Path) -> str:
    """Make another user's files: two files, an unlistable folder, one with unreadable files."""
    rushes = _folder(folder, {
        "a.mp4": footage(), "b.mp4": b"x", "c.rushes": b"x", "list/d.mp4": b"x", "open/e.mp4": b"x",
    })  # fmt: skip
    (rushes / "f.mp4").symlink_to("open/e.mp4")
    modes = {"b.mp4": 0, "c.rushes": 0, "list": 0o311, "open": 0o444}
    for name, mode in modes.items():
        (rushes / name).chmod(mode)
    try:
        named = (rushes / "open" / "e.mp4", rushes / "b.mp4")
        return "; ".join(_as_stranger(folder, *paths) for paths in ((rushes,), (*named, rushes)))
    finally:
        for name in modes:
            (rushes / name).chmod(0o755)


def _as_stranger(folder: Path, *paths: Path) -> str:
    run = shotlog_process(
        "analyze", *paths, "--in-process", "--no-cache", "--models", "builtin",
        "--json", folder / "found.json", first=STRANGER,
    )  # fmt: skip
    if run.code:
        return run.output
    log = Log.model_validate_json((folder / "found.json").read_bytes())
    subjects = [Path(problem.subject).name for problem in log.problems]
    return f"{', '.join(clip.name for clip in log.edit.clips)} | {', '.join(sorted(subjects))}"


def _ring(folder: Path) -> str:
    rushes = _folder(folder, {"a.mp4": footage()})
    (rushes / "ring.mp4").symlink_to("ring.mp4")
    return told(folder, analyzed(folder, rushes / "ring.mp4", rushes / "a.mp4"))


def _nothing(folder: Path) -> str:
    rushes = _folder(folder, {"a.wav": b"x", "b.mp3": b"x", "c.jpg": b"x", "d.xml": b"<a/>"})
    return refused(folder, "analyze", rushes, "--in-process").replace("rushes", "it")


def _frames(folder: Path) -> str:
    rushes = _folder(folder, {f"shot.{n}.exr": b"x" for n in range(1001, 1101)})
    return refused(folder, "analyze", rushes, "--in-process").replace("rushes", "it")


def _own_programs(folder: Path) -> str:
    files = {"a.ts": footage(".ts"), "app.ts": b"export const a = 1;\n", "go.mod": b"module x\n"}
    return _searched(folder, files | {"torn.mp4": b"<html>404</html>"})


_JUNK = {
    "a.mp4": "film", "._a.mp4": "", ".DS_Store": "", ".Trashes/501/b.mp4": "film",
    "$RECYCLE.BIN/S-1/b.mp4": "film", "@eaDir/a.mp4/b.mp4": "film", "#recycle/b.mp4": "film",
    ".Spotlight-V100/b.mp4": "film", "__MACOSX/._a.mp4": "", "node_modules/x/b.mp4": "film",
}  # fmt: skip


def _junk(folder: Path) -> str:
    names = {name: footage() if kind == "film" else b"\0\5\x16\7" for name, kind in _JUNK.items()}
    return _searched(folder, names)


def _caches(folder: Path) -> str:
    small, take = footage(number=7), footage()
    names = {"CacheClip/x.mov": small, "Adobe Premiere Pro Video Previews/x.mp4": small}
    library = {"Lib.fcpbundle/Day 1/Original Media/a.mov": footage(".mov"),
               "Lib.fcpbundle/Day 1/Transcoded Media/Proxy Media/a.mov": small,
               "Lib.fcpbundle/Day 1/Render Files/r.mov": small,
               "Render Files/b.mp4": take}  # fmt: skip
    return _searched(folder, {**names, **library, "Proxy/a.mov": small})


def _cards(folder: Path) -> str:
    small, take = footage(number=7), footage()
    return _searched(folder, {
        "PRIVATE/M4ROOT/CLIP/C0001.MP4": take, "PRIVATE/M4ROOT/CLIP/C0001M01.XML": b"<a/>",
        "PRIVATE/M4ROOT/SUB/C0001S03.MP4": small, "PRIVATE/M4ROOT/THMBNL/C0001T01.JPG": b"x",
        "AVCHD/BDMV/STREAM/00000.MTS": footage(".ts"), "AVCHD/BDMV/CLIPINF/00000.CPI": b"HDMV0100",
        "AVCHD/BDMV/PLAYLIST/00000.MPL": b"MPLS0100", "AVCHD/BDMV/INDEX.BDM": b"INDX0100",
        "DCIM/GX010001.MP4": take, "DCIM/GL010001.LRV": small, "DCIM/GX010001.THM": b"x",
    })  # fmt: skip


def _named_junk(folder: Path) -> str:
    rushes = _folder(folder, {"Proxies/a.mov": footage(".mov"), "b.LRV": footage(number=1)})
    return told(folder, analyzed(folder, rushes / "Proxies", rushes / "b.LRV"))


def bundle(folder: Path, name: str = "cut.otiod", extra: str = "") -> Path:
    """Make a bundle of one clip of ``media/a.mp4``, in OpenTimelineIO's layout."""
    made = folder / name
    (made / "media").mkdir(parents=True)
    (made / "media" / "a.mp4").write_bytes(footage())
    (made / f"media/loose{extra}.mp4").write_bytes(footage(number=1))
    timeline(made / "content.otio", "media/a.mp4")
    return made


def timeline(path: Path, *urls: str) -> Path:
    """Make a timeline of clips of 12 frames, named by the end of their URLs."""
    made = otio.schema.Timeline(name=path.stem)
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    length = otio.opentime.TimeRange(duration=otio.opentime.RationalTime(12, 25))
    for url in urls:
        media = otio.schema.ExternalReference(target_url=url, available_range=length)
        track.append(otio.schema.Clip(name=url.rpartition("/")[2], media_reference=media))
    made.tracks.append(track)
    path.write_text(otio.core.serialize_json_to_string(made))
    return path


def _bundle(folder: Path) -> str:
    return told(folder, analyzed(folder, bundle(folder)))


def _copied(folder: Path) -> str:
    made = bundle(folder)
    counts = []
    for _ in range(2):  # the second run overwrites the copy of the first
        analyzed(folder, made, "-o", folder / "marked.otiod")
        shown = shotlog("show", folder / "marked.otiod", "--json")
        counts.append(len(json.loads(shown.output)))
    before = len(json.loads(shotlog("show", made, "--json").output))
    files = sorted(p.name for p in (folder / "marked.otiod").rglob("*") if p.is_file())
    left = [p.name for p in folder.iterdir() if p.name.startswith(".")]
    return f"{counts}, {before} in the source, {', '.join(files)}, left over: {left}"


def _in_place(folder: Path) -> str:
    made = bundle(folder, "any name")
    content = made / "content.otio"
    before = content.read_bytes()
    analyzed(folder, made, "-o", made)
    marked = content.read_bytes() != before
    cleared = shotlog("clear", made)
    return (
        f"marked: {marked}, {cleared.output.strip()}, as before: {content.read_bytes() == before}"
    )


def _other_kind(folder: Path) -> str:
    made = bundle(folder)
    plain = refused(folder, "analyze", made, "-o", folder / "a.otio", "--in-process")
    bundle(folder, "other.otiod", extra="s")
    other = refused(folder, "analyze", made, "-o", folder / "other.otiod", "--in-process")
    return "; ".join(answer.splitlines()[0] for answer in (plain, other))


def _seen_in_finder(folder: Path) -> str:
    """Open the copy in a file browser between two runs; the source contains a pipe."""
    made, marked = bundle(folder), folder / "marked.otiod"
    os.mkfifo(made / "pipe")
    analyzed(folder, made, "-o", marked)
    (marked / ".DS_Store").write_bytes(b"Bud1")
    analyzed(folder, made, "-o", marked)
    return f"{len(json.loads(shotlog('show', marked, '--json').output))} marker"


def _misnamed(folder: Path) -> str:
    """Analyse timelines under wrong suffixes: the content decides."""
    plain = timeline(folder / "plain.otiod", str(bundle(folder) / "media" / "a.mp4"))
    analyzed(folder, plain, "-o", folder / "marked.otio")
    analyzed(folder, plain, "-o", plain)
    same = plain.read_bytes() == (folder / "marked.otio").read_bytes()
    return f"alike: {same}; {refused(folder, 'analyze', plain, '-o', folder / 'x.otiod')}"


def _met(folder: Path) -> str:
    bundle(folder, "rushes/cut.otiod")
    return _searched(folder, {"b.mp4": footage(number=1)})


def _outputs(folder: Path) -> str:
    """Try unwritable outputs: they are refused before the timeline is opened."""
    for end in ("otio", "json", "html"):
        (folder / f"ring.{end}").symlink_to(folder / f"other.{end}")
        (folder / f"other.{end}").symlink_to(folder / f"ring.{end}")
    (folder / "out.json").symlink_to(folder / "gone" / "out.json")
    tried = (("-o", "ring.otio"), ("--json", "ring.json"), ("--report", "ring.html"),
             ("--json", "out.json"))  # fmt: skip
    said = (refused(folder, "analyze", folder / "gone.otio", o, folder / at) for o, at in tried)
    return "; ".join(text.partition("shotlog: ")[2].partition("\n")[0] for text in said)


def _misnamed_film(folder: Path) -> str:
    path = folder / "x.otio"
    path.write_bytes(footage())
    return refused(folder, "show", path)


def _misnamed_cut(folder: Path) -> str:
    cut = timeline(folder / "cut.json", str(folder / "a.mp4"))
    return refused(folder, "analyze", cut, "--in-process")


def _no_media(name: str, content: str) -> Callable[[Path], str]:
    """Return the messages about a clip whose media is such a file."""

    def tell(folder: Path) -> str:
        (folder / name).write_text(content)
        log = analyzed(folder, timeline(folder / "cut.otio", str(folder / name)))
        (problem,) = log.problems
        return f"{problem.message}. {problem.hint}"

    return tell


_EVENT = "001  AX  V  C  00:00:00:00 00:00:04:00 00:00:00:00 00:00:04:00\n"
_NEST = "Relink the clip to the film itself, or nest that timeline in this one and export again."


CASES: tuple[Case, ...] = (
    # Each is film with the name that its camera or program gives it.
    Case("folder scan", "suffixes of cameras and old programs",
         "a.m2t, b.MOD, c.tod, d.h264, e.mpe, f.qt, g.mp4v, h.f4v, i.3g2, j.insv, k.tp, l.nut,"
         " m.mjpeg | nothing", _suffixes),
    # Two are film by their content; the sound, the text and the noise are none.
    Case("folder scan", "no suffix, an unknown one, noise, text, sound",
         "a.rushes, take 1 | passed over: 1 sound file (.track), 1 document (.me),"
         " 1 other file (.bin)", _unknown),
    # a.mp4 exists twice, one link leads up; a text file that is missing causes no error.
    Case("folder scan", "links to a folder, a file, nowhere, and round",
         "a.mp4, b.mov | lost card: this link leads nowhere (no such file or directory); lost.mov:"
         " this link leads nowhere (no such file or directory); passed over: 1 document (.txt),"
         " 1 file or folder that comes twice (same.mp4), 1 link to a folder above (round)", _links),
    Case("folder scan", "a file that is named, and its folder",
         "b.mp4, a.mp4 | passed over: 1 file or folder that comes twice (b.mp4)", _twice),
    Case("folder scan", "a pipe that is called like film",
         "a.mp4 | passed over: 1 pipe or device (.mp4)", _pipe),
    # A file that cannot be opened is one problem, in a folder or named; other files are analysed.
    Case("folder scan", "what this user may not read",
         "a.mp4 | b.mp4, c.rushes, e.mp4, f.mp4, list; a.mp4 | b.mp4, c.rushes, e.mp4, f.mp4, list",
         _shut),
    Case("folder scan", "a ring of links that is named",
         "a.mp4 | rushes/ring.mp4: this link leads nowhere (too many levels of symbolic links)",
         _ring),
    Case("folder scan", "no film at all",
         "1, shotlog: it: there is no film here; passed over: 2 sound files (.mp3, .wav),"
         " 1 picture (.jpg), 1 document (.xml)\n"
         "A file or folder that is named is always looked at.",
         _nothing),
    # .ts and .mod are film and program text; an .mp4 that is no film is reported.
    Case("folder scan", "programs and a torn download under suffixes of film",
         "a.ts | torn.mp4: the file cannot be read as media; passed over: 2 documents (.mod, .ts)",
         _own_programs),
    Case("junk", "what systems and servers leave behind",
         "a.mp4 | passed over: 9 system files and folders (#recycle, $RECYCLE.BIN, .DS_Store,"
         " .Spotlight-V100, .Trashes, ...)", _junk),
    # Originals of a library are film, and so is a folder of renders outside a library.
    Case("junk", "caches, previews and proxies of editing programs",
         "a.mov, b.mp4 | passed over: 5 proxies and caches (Adobe Premiere Pro Video Previews,"
         " CacheClip, Proxy, Render Files, Transcoded Media)", _caches),
    # One take of each card: 00000.MTS, GX010001, C0001.
    Case("junk", "cards of AVCHD, XAVC and GoPro",
         "00000.MTS, GX010001.MP4, C0001.MP4 | passed over: 1 picture (.jpg), 1 document (.xml),"
         " 4 sidecar files (.bdm, .cpi, .mpl, .thm), 2 proxies and caches (GL010001.LRV, SUB)",
         _cards),
    Case("junk", "a folder and a file of proxies that are named", "a.mov, b.LRV | nothing",
         _named_junk),
    Case("otiod", "a bundle that is a folder", "a.mp4 | nothing", _bundle),
    # One shot, one marker; the source has none.
    Case("otiod", "-o another bundle, twice",
         "[1, 1], 0 in the source, a.mp4, content.otio, loose.mp4, left over: []", _copied),
    Case("otiod", "-o itself, of any name, and cleared",
         "marked: True, removed 1 marker(s), as before: True", _in_place),
    Case("otiod", "-o a plain timeline, or a bundle of other media",
         "1, shotlog: a.otio: the result is a .otiod file; 1, shotlog: other.otiod: something else"
         " than an earlier copy of this bundle stands there", _other_kind),
    Case("otiod", "-o a copy that was looked into", "1 marker", _seen_in_finder),
    Case("otiod", "a plain timeline that is called so",
         "alike: True; 1, shotlog: x.otiod: the result is a .otio file\nGive a name that ends in"
         " .otio.", _misnamed),
    Case("otiod", "a bundle that lies among footage",
         "b.mp4 | passed over: 1 timeline or project (cut.otiod)", _met),
    Case("words", "outputs that are rings of links, or a link into no folder",
         "ring.otio: cannot be written: Too many levels of symbolic links; ring.json: cannot be"
         " written: Too many levels of symbolic links; ring.html: cannot be written: Too many"
         " levels of symbolic links; out.json: its folder does not exist", _outputs),
    Case("words", "a film that is called x.otio",
         "1, shotlog: x.otio: by its content this is no timeline, but a media file (MP4 or"
         " QuickTime, .mp4 or .mov)\nRename it after what it is and give it again, or export the"
         " timeline as .otio.", _misnamed_film),
    Case("words", "a timeline that is called cut.json",
         "1, shotlog: cut.json: by its content this is an OpenTimelineIO timeline, by its name it"
         " is none\nRename it so that it ends in .otio, or in .otioz where it is a bundle.",
         _misnamed_cut),
    Case("words", "a clip whose media is an EDL",
         f"this is an edit decision list (EDL), not media. {_NEST}", _no_media("a.edl", _EVENT)),
    Case("words", "a clip whose media is an XML timeline, called .mov",
         f"this is a Final Cut Pro 7 XML timeline, not media. {_NEST}",
         _no_media("a.mov", "<xmeml version='5'/>")),
    Case("words", "a clip whose media is a project",
         f"this is a Premiere Pro project, not media. {_NEST}", _no_media("a.prproj", "?")),
    Case("words", "a clip whose media is a page of text, called .mp4",
         "it holds text, no media. Download or copy it again, or relink the clip.",
         _no_media("a.mp4", "<html>404</html>")),
    Case("words", "a folder of numbered frames",
         "1, shotlog: it: there is no film here; passed over: 100 numbered pictures"
         " (shot.1001-1100.exr)\nNumbered pictures are looked at where a timeline (.otio) holds"
         " them as an image sequence; or make a movie of them.", _frames),
)  # fmt: skip
