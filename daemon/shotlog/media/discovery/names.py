"""What names of files and folders tell: film, other things, and what no search should look into.

Suffixes of film and sound are those of FFmpeg's demuxers (libavformat, ``extensions``) and of the
cameras and recorders that use them under names of their own. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase, translate
from pathlib import PurePath

from shotlog.schema import FOREIGN_SUFFIXES, OTIO


class Kind(StrEnum):
    """What is passed over in a folder; the value is its plural."""

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


FILM = _suffixes(
    # containers and their many names
    "3g2 3gp 3gp2 3gpp 3gpp2 amv asf avi dif divx dv dvr-ms evo f4v flc fli flv gif gxf hevc ismv"
    " ivf m2p m2t m2ts m2v m4v mj2 mjp2 mjpeg mjpg mk3d mkv mlv mov movie mp2v mp4 mp4v mpe mpeg"
    " mpeg1 mpeg2 mpeg4 mpg mpg2 mps mpv mpv2 mqv mts mve mxf mxg nsv nut obu ogm ogv pva qt rm"
    " rmvb roq smk tp trp ts vc1 vob vro webm wmv wtv xesc y4m"
    # bare streams
    " 261 h261 263 h263 264 h264 avc 26l 265 h265 266 h266 vvc av1 m1v m4e cavs dnxhd dnxhr drc vc2"
    # camcorders (JVC, Panasonic, Sony: MOD, TOD), recorders (Dahua DAV), Insta360, GoPro, DJI
    " mod tod dav insv 360 osv"
    # raw of cameras, which FFmpeg reads in part: a problem that is told, not a file passed over
    " ari braw cine crm nev r3d"
)
"""Suffixes that are taken for film."""

AMBIGUOUS = _suffixes("mod mts rm ts")
"""Those of film that are suffixes of programs' text as well: TypeScript, Go, R manuals."""

_KINDS: dict[Kind, frozenset[str]] = {
    Kind.SOUND: _suffixes(
        "aa aac aax ac3 adts aif aifc aiff alac amr ape au awb bwf caf dff dsf dts dtshd eac3 ec3"
        " flac gsm m4a m4b m4p m4r mid midi mka mlp mp1 mp2 mp3 mpa mpc oga opus qcp ra rf64 sd2"
        " shn snd spx tak thd truehd tta voc w64 wav wave wma wv"
    ),
    Kind.PICTURE: _suffixes(
        "3fr ai arw avif bmp cin cr2 cr3 crw dng dpx eps erf exr fff gpr hdr heic heif hif icns ico"
        " iiq insp j2k jfif jp2 jpe jpeg jpf jpg jpx jxl kdc mos mrw nef nrw orf pbm pcx pef pgm"
        " pic png pnm ppm psb psd raf raw rgb rw2 rwl sgi sr2 srf srw svg tga tif tiff webp x3f xcf"
    ),
    Kind.DOCUMENT: _suffixes(
        "bat c cfg conf csv css db doc docx exe h htm html ini js json key log lua md nfo numbers"
        " odp ods odt pages pdf plist ppt pptx py rst rtf sh sqlite tex toml tsv txt url webloc xls"
        " xlsx xml yaml yml"
    ),
    Kind.SUBTITLE: _suffixes("ass cap dfxp itt mcc sbv scc srt ssa stl sub ttml vtt"),
    Kind.SIDECAR: _suffixes(
        # thumbnails and metadata; AVCHD, XDCAM, P2 and DVD indices; looks; checksums; peaks
        "aae ascmhl bdm bdmv bim bup cdl clpi cpi cube dop dpt gcsv idx ifo ims ixml look lut md5"
        " mdb mhl modd moff mpl mpls pek pkf pmf pmr pp3 ppn rmd rtn sfap0 sfk sfl sha1 sha256"
        " sidecar smi thm tid tnl uis xmp xxh64"
    ),
    Kind.TIMELINE: FOREIGN_SUFFIXES | OTIO,
    Kind.PLAYLIST: _suffixes("asx cue ffconcat m3u m3u8 mpd pls sdp wax wvx xspf"),
    Kind.ARCHIVE: _suffixes("7z bz2 dmg gz img iso rar tar tgz xz zip zst"),
    Kind.UNFINISHED: _suffixes("!qb !ut aria2 crdownload download part partial temp tmp"),
    Kind.PROXY: _suffixes("lrf lrv"),  # DJI and GoPro: the same takes, small
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes}


def kind_of(name: str) -> Kind | None:
    """What a file is by its suffix, where that is known and no film; None for film and the rest."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def is_film(name: str) -> bool:
    """Whether a file is called like film."""
    return PurePath(name).suffix.lower() in FILM


@dataclass(frozen=True)
class _Junk:
    """Names that no search looks into, unless somebody names the place itself.

    Attributes:
        names: Shell patterns in lower case, parted by ``|``.
        kind: What that is.
        inside: A pattern that a folder above must have; "" for any.
        beside: A name that must lie in the same folder; "" for none.
    """

    names: str
    kind: Kind
    inside: str = ""
    beside: str = ""


_JUNK = (
    # macOS: halves of AppleDouble files (RFC 1740), Finder, Spotlight, trash and versions
    _Junk("._*|.ds_store|.appledouble|.appledb|.appledesktop|__macosx|.localized|.apdisk",
          Kind.SYSTEM),
    _Junk(".trashes|.trash|.trash-*|.spotlight-v100|.fseventsd|.temporaryitems|temporary items|"
          ".documentrevisions-v100|.volumeicon.icns|.mobilebackups|.pkinstallsandboxmanager*|"
          "network trash folder|.com.apple.timemachine.*", Kind.SYSTEM),
    # Windows and file systems
    _Junk("$recycle.bin|recycler|recycled|system volume information|thumbs.db|ehthumbs.db|"
          "desktop.ini|found.[0-9][0-9][0-9]|lost+found", Kind.SYSTEM),
    # NAS: Synology (@eaDir, #recycle, #snapshot), QNAP (@Recycle, .@__thumb), NetApp, ZFS, Btrfs
    _Junk("@eadir|@tmp|@sharebin|#recycle|#snapshot|@recycle|@recently-snapshot|.@__thumb|"
          "~snapshot|.snapshot|.snapshots|.zfs", Kind.SYSTEM),
    # Software that keeps copies of files
    _Junk(".git|.hg|.svn|node_modules|__pycache__|.shotlog-*.part", Kind.SYSTEM),
    # DaVinci Resolve: render cache, gallery, optimised media and proxies (Project Settings >
    # Master Settings > Working Folders), and the folder of Blackmagic Proxy Generator
    _Junk("cacheclip|.gallery|optimizedmedia|proxymedia|proxy|proxies|.proxy|.proxies",
          Kind.PROXY),
    # Premiere Pro: previews and auto-saves, which it puts beside a project, and its media cache
    _Junk("adobe * auto-save|adobe * previews|adobe * preview files|adobe * audio previews|"
          "media cache|media cache files|peak files", Kind.PROXY),
    # Final Cut Pro and iMovie: what a library holds beside its "Original Media"
    _Junk("render files|transcoded media|analysis files", Kind.PROXY, inside="*.fcpbundle"),
    _Junk("render files|transcoded media|analysis files|cache", Kind.PROXY,
          inside="*.imovielibrary"),
    _Junk("*.fcpcache", Kind.PROXY),
    _Junk("resources", Kind.PROXY, inside="*.photoslibrary"),
    # Kdenlive: previews and thumbnails beside "proxy" in a project's folder
    _Junk("videothumbs|audiothumbs|.backup", Kind.PROXY, beside="proxy"),
    # Cards: XDCAM and XAVC put proxies into Sub beside Clip, Insta360 calls them LRV_
    _Junk("sub", Kind.PROXY, beside="clip"),
    _Junk("lrv_*.insv", Kind.PROXY),
)  # fmt: skip


def _table() -> tuple[Mapping[str, list[_Junk]], list[tuple[re.Pattern[str], _Junk]]]:
    """Junk by name, and what has a pattern for one: a search asks for every entry that it meets."""
    called: dict[str, list[_Junk]] = defaultdict(list)
    like: list[tuple[re.Pattern[str], _Junk]] = []
    for junk in _JUNK:
        for name in junk.names.split("|"):
            if "*" in name or "[" in name:
                like.append((re.compile(translate(name)), junk))
            else:
                called[name].append(junk)
    return dict(called), like


_CALLED, _LIKE = _table()


def junk_kind(path: PurePath, beside: frozenset[str]) -> Kind | None:
    """What a file or folder is that a search passes over by its name; None for what it looks at.

    Args:
        path: Of the file or folder.
        beside: Names in its folder, in lower case.
    """
    name = path.name.lower()
    named: list[_Junk] = [
        *_CALLED.get(name, ()),
        *(junk for pattern, junk in _LIKE if pattern.match(name)),
    ]
    for junk in named:
        within = not junk.inside or any(
            fnmatchcase(part.lower(), junk.inside) for part in path.parts[:-1]
        )
        if within and (not junk.beside or junk.beside in beside):
            return junk.kind
    return None
