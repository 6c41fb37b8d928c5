"""HDR in a film: refused, kept, or made into SDR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from shotlog.delivery.encode.canvas import PLANE_FORMS
from shotlog.delivery.encode.layers import PictureLayer
from shotlog.delivery.encode.options import Hdr
from shotlog.schema import RenderRefused

HdrKind = Literal["pq", "hlg"]

_WHITE: Final = 203
"""Luminance of diffuse white in HDR, in cd/m2: ITU-R BT.2408."""
_PEAK: Final = 1000
"""Luminance that becomes the white of SDR, in cd/m2: the usual peak of mastering displays, and of
HLG by ITU-R BT.2100."""
_TRANSFERS: Final = {"pq": "smpte2084", "hlg": "arib-std-b67"}


def hdr_kind(layers: Sequence[PictureLayer], treatment: Hdr | None, name: str) -> HdrKind | None:
    """Return the kind of HDR of a film; None for SDR.

    Raises:
        RenderRefused: It has HDR, and no treatment was chosen; or HDR together with another kind
            or with SDR.
    """
    kinds = {v.hdr for layer in layers if (v := layer.clip.media.video) is not None}
    hdr = sorted(kind for kind in kinds if kind is not None)
    if not hdr:
        return None
    first = next(each.clip.clip.name for each in layers if _kind(each) is not None)
    if treatment is None:
        message = f"it has HDR footage ({first}), and nobody has said what it becomes"
        hint = "Give --hdr sdr to make SDR of it, or --hdr keep with --encoder hevc."
        raise RenderRefused(name, message, hint)
    if len(kinds) > 1:
        others = next(e.clip.clip.name for e in layers if _kind(e) != hdr[0])
        message = f"it mixes HDR and other footage ({first}, {others}), which would not match"
        raise RenderRefused(name, message, "Convert the footage to one kind, and link that.")
    return hdr[0]


def check_depth(name: str, treatment: Hdr | None, pixels: str) -> None:
    """Check that an encoder can hold HDR, where it is kept.

    Raises:
        RenderRefused: It has 8 bits only.
    """
    if treatment == "keep" and PLANE_FORMS[pixels].depth < 10:
        message = "the encoder has 8 bits, in which HDR would show bands"
        raise RenderRefused(name, message, "Choose --encoder hevc or prores, or --hdr sdr.")


def tone_filters(kind: HdrKind) -> tuple[str, ...]:
    """Return the filters that make SDR in BT.709 of HDR.

    The curve is ``mobius`` of FFmpeg's ``tonemap``: what is darker than 0.3 of diffuse white stays
    as it is, and highlights up to 1000 cd/m2 are bent smoothly below the white of SDR.
    """
    return (
        f"setparams=range=tv:color_primaries=bt2020:colorspace=bt2020nc:color_trc={_TRANSFERS[kind]}",
        f"zscale=t=linear:npl={_WHITE}",
        "format=gbrpf32le",
        "zscale=p=709",
        f"tonemap=mobius:desat=0:peak={_PEAK / _WHITE:.3f}",
        "zscale=t=709:m=709:r=tv",
    )


def _kind(layer: PictureLayer) -> HdrKind | None:
    video = layer.clip.media.video
    return None if video is None else video.hdr
