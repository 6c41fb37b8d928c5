"""Classification of files and folders by their names alone: film, other files, ignored ones.

Suffixes of film and sound are those of FFmpeg's demuxers (libavformat, ``extensions``) and of the
cameras and recorders that use suffixes of their own for the same formats.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase, translate
from pathlib import PurePath

from shotlog.schema import TIMELINE_SUFFIXES


class FileKind(StrEnum):
    """Kind of a file or folder that a search skips; the value is its plural, for people."""

    SOUND = "sound files"
    PICTURE = "pictures"
    DOCUMENT = "documents"
    SUBTITLE = "subtitle files"
    SIDECAR = "sidecar files"
    TIMELINE = "timelines and projects"
    PLAYLIST = "playlists"
    ARCHIVE = "archives"
    UNFINISHED = "unfinished files"
    SPECIAL = "pipes and devices"
    OTHER = "other files"
    AGAIN = "files and folders that come twice"
    ABOVE = "links to folders above"
    PROXY = "proxies and caches"
    SYSTEM = "system files and folders"


def _suffixes(words: str) -> frozenset[str]:
    return frozenset(f".{word}" for word in words.split())


VIDEO_SUFFIXES = _suffixes(
    # containers and their many names
    "3g2 3gp 3gp2 3gpp 3gpp2 amv asf avi dif divx dv dvr-ms evo f4v flc fli flv gif gxf hevc ismv"
    " ivf m2p m2t m2ts m2v m4v mj2 mjp2 mjpeg mjpg mk3d mkv mlv mov movie mp2v mp4 mp4v mpe mpeg"
    " mpeg1 mpeg2 mpeg4 mpg mpg2 mps mpv mpv2 mqv mts mve mxf mxg nsv nut obu ogm ogv pva qt rm"
    " rmvb roq smk tp trp ts vc1 vob vro webm wmv wtv xesc y4m"
    # bare streams
    " 261 h261 263 h263 264 h264 avc 26l 265 h265 266 h266 vvc av1 m1v m4e cavs dnxhd dnxhr drc vc2"
    # camcorders (JVC, Panasonic, Sony: MOD, TOD), recorders (Dahua DAV), Insta360, GoPro, DJI
    " mod tod dav insv 360 osv"
    # camera raw, which FFmpeg reads in part: the rest is a problem, not a skipped file
    " ari braw cine crm nev r3d"
)
"""Suffixes of film."""

AMBIGUOUS_SUFFIXES = _suffixes("mod mts rm ts")
"""Suffixes of film that text files have as well: TypeScript, Go modules, R manuals."""

_KINDS: dict[FileKind, frozenset[str]] = {
    FileKind.SOUND: _suffixes(
        "aa aac aax ac3 adts aif aifc aiff alac amr ape au awb bwf caf dff dsf dts dtshd eac3 ec3"
        " flac gsm m4a m4b m4p m4r mid midi mka mlp mp1 mp2 mp3 mpa mpc oga opus qcp ra rf64 sd2"
        " shn snd spx tak thd truehd tta voc w64 wav wave wma wv"
    ),
    FileKind.PICTURE: _suffixes(
        "3fr ai arw avif bmp cin cr2 cr3 crw dng dpx eps erf exr fff gpr hdr heic heif hif icns ico"
        " iiq insp j2k jfif jp2 jpe jpeg jpf jpg jpx jxl kdc mos mrw nef nrw orf pbm pcx pef pgm"
        " pic png pnm ppm psb psd raf raw rgb rw2 rwl sgi sr2 srf srw svg tga tif tiff webp x3f xcf"
    ),
    FileKind.DOCUMENT: _suffixes(
        "bat c cfg conf csv css db doc docx exe h htm html ini js json key log lua md nfo numbers"
        " odp ods odt pages pdf plist ppt pptx py rst rtf sh sqlite tex toml tsv txt url webloc xls"
        " xlsx xml yaml yml"
    ),
    FileKind.SUBTITLE: _suffixes("ass cap dfxp itt mcc sbv scc srt ssa stl sub ttml vtt"),
    FileKind.SIDECAR: _suffixes(
        # thumbnails and metadata; AVCHD, XDCAM, P2 and DVD indices; looks; checksums; peaks
        "aae ascmhl bdm bdmv bim bup cdl clpi cpi cube dop dpt gcsv idx ifo ims ixml look lut md5"
        " mdb mhl modd moff mpl mpls pek pkf pmf pmr pp3 ppn rmd rtn sfap0 sfk sfl sha1 sha256"
        " sidecar smi thm tid tnl uis xmp xxh64"
    ),
    FileKind.TIMELINE: TIMELINE_SUFFIXES,
    FileKind.PLAYLIST: _suffixes("asx cue ffconcat m3u m3u8 mpd pls sdp wax wvx xspf"),
    FileKind.ARCHIVE: _suffixes("7z bz2 dmg gz img iso rar tar tgz xz zip zst"),
    FileKind.UNFINISHED: _suffixes("!qb !ut aria2 crdownload download part partial temp tmp"),
    FileKind.PROXY: _suffixes("lrf lrv"),  # DJI and GoPro: the same takes, small
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes}


def kind_by_suffix(name: str) -> FileKind | None:
    """Return the kind of a file by its suffix; None for films and unknown suffixes."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def is_video_name(name: str) -> bool:
    """Return true where a file has a suffix of film."""
    return PurePath(name).suffix.lower() in VIDEO_SUFFIXES


@dataclass(frozen=True)
class _Rule:
    """Names of files and folders that a search ignores, unless the user names them.

    Attributes:
        names: Shell patterns in lower case, separated by ``|``.
        kind: Their kind.
        inside: A pattern that a folder above must match; "" for none.
        beside: A name that must exist in the same folder; "" for none.
    """

    names: str
    kind: FileKind
    inside: str = ""
    beside: str = ""


_IGNORED = (
    # macOS: halves of AppleDouble files (RFC 1740), Finder, Spotlight, trash and versions
    _Rule("._*|.ds_store|.appledouble|.appledb|.appledesktop|__macosx|.localized|.apdisk",
          FileKind.SYSTEM),
    _Rule(".trashes|.trash|.trash-*|.spotlight-v100|.fseventsd|.temporaryitems|temporary items|"
          ".documentrevisions-v100|.volumeicon.icns|.mobilebackups|.pkinstallsandboxmanager*|"
          "network trash folder|.com.apple.timemachine.*", FileKind.SYSTEM),
    # Windows and file systems
    _Rule("$recycle.bin|recycler|recycled|system volume information|thumbs.db|ehthumbs.db|"
          "desktop.ini|found.[0-9][0-9][0-9]|lost+found", FileKind.SYSTEM),
    # NAS: Synology (@eaDir, #recycle, #snapshot), QNAP (@Recycle, .@__thumb), NetApp, ZFS, Btrfs
    _Rule("@eadir|@tmp|@sharebin|#recycle|#snapshot|@recycle|@recently-snapshot|.@__thumb|"
          "~snapshot|.snapshot|.snapshots|.zfs", FileKind.SYSTEM),
    # Software that keeps copies of files
    _Rule(".git|.hg|.svn|node_modules|__pycache__|.shotlog|.shotlog-*.part", FileKind.SYSTEM),
    # DaVinci Resolve: render cache, gallery, optimised media and proxies (Project Settings >
    # Master Settings > Working Folders), and the folder of Blackmagic Proxy Generator
    _Rule("cacheclip|.gallery|optimizedmedia|proxymedia|proxy|proxies|.proxy|.proxies",
          FileKind.PROXY),
    # Premiere Pro: previews and auto-saves, which it puts beside a project, and its media cache
    _Rule("adobe * auto-save|adobe * previews|adobe * preview files|adobe * audio previews|"
          "media cache|media cache files|peak files", FileKind.PROXY),
    # Final Cut Pro and iMovie: folders of a library beside its "Original Media"
    _Rule("render files|transcoded media|analysis files", FileKind.PROXY, inside="*.fcpbundle"),
    _Rule("render files|transcoded media|analysis files|cache", FileKind.PROXY,
          inside="*.imovielibrary"),
    _Rule("*.fcpcache", FileKind.PROXY),
    _Rule("resources", FileKind.PROXY, inside="*.photoslibrary"),
    # Kdenlive: previews and thumbnails beside "proxy" in a project's folder
    _Rule("videothumbs|audiothumbs|.backup", FileKind.PROXY, beside="proxy"),
    # Cards: XDCAM and XAVC put proxies into Sub beside Clip, Insta360 calls them LRV_
    _Rule("sub", FileKind.PROXY, beside="clip"),
    _Rule("lrv_*.insv", FileKind.PROXY),
)  # fmt: skip


def _table() -> tuple[Mapping[str, list[_Rule]], list[tuple[re.Pattern[str], _Rule]]]:
    """Return the rules by exact name, and those with a pattern."""
    # A search asks for every entry: one lookup by name is faster than a comparison with all.
    by_name: dict[str, list[_Rule]] = defaultdict(list)
    by_pattern: list[tuple[re.Pattern[str], _Rule]] = []
    for rule in _IGNORED:
        for name in rule.names.split("|"):
            if "*" in name or "[" in name:
                by_pattern.append((re.compile(translate(name)), rule))
            else:
                by_name[name].append(rule)
    return dict(by_name), by_pattern


_BY_NAME, _BY_PATTERN = _table()


def ignored_kind(path: PurePath, beside: frozenset[str]) -> FileKind | None:
    """Return the kind of a file or folder that a search ignores by its name; else None.

    Args:
        path: The file or folder.
        beside: Names in its folder, in lower case.
    """
    name = path.name.lower()
    rules: list[_Rule] = [
        *_BY_NAME.get(name, ()),
        *(rule for pattern, rule in _BY_PATTERN if pattern.match(name)),
    ]
    for rule in rules:
        within = not rule.inside or any(
            fnmatchcase(part.lower(), rule.inside) for part in path.parts[:-1]
        )
        if within and (not rule.beside or rule.beside in beside):
            return rule.kind
    return None
