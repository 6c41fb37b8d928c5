"""Analyzer of kinds: what is no shot of anything, told by the picture alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from shotlog.analyzers.kind.figures import FAINT, PictureFigures
from shotlog.analyzers.kind.measure import FlatnessMeasure, read_likenesses, read_pictures
from shotlog.schema import KINDS, Claim, Family, Shot, ShotAnalyzer, ShotView, Tier

_DARK, _EVEN = 24, 8
"""Largest level of black, and largest difference of its levels, both smoothed. Legal black that was
not expanded is 16, and FFmpeg's ``blackdetect`` takes up to 25 for black. A night shot with a light
is brighter; one without has more shades."""

_WHOLE = Fraction(4, 5)
"""Least part of a black shot outside of fades, in which the picture beside it is seen."""

_FEWEST_CARDS = 2
"""Fewest pictures of a title card in film: a single one cannot be seen to stand still."""

_GROUND, _EDGE = 0.6, 0.9
"""Least share of a card that is ground, and of each of its sides: black bars take 4 % of two."""

_BUSIEST, _SHADES = 0.3, 0.4
"""Largest share of a card that is busy, and largest share of soft outlines in it. Cards of the
footage have 0.37 at most, rendered ones 0.3; an empty sky has 0.44, one with aeroplanes 0.48, a
dancer before white paper 0.52 (``benchmarks/kinds.py``)."""

_DENSE = 0.5
"""Least share of its box that a word, or a logo, fills: those of the footage have 0.53 or more, the
aeroplane that comes nearest has 0.44."""

_CLEAR = 40
"""Least contrast of a card where it is seen best; while it fades, it may be fainter."""

_STILL = 0.9
"""Least correlation of the outlines of a card half a second apart; a slow zoom keeps it."""


class _Found(NamedTuple):
    """A kind, the share of the pictures that show it clearly, and the reason in words."""

    kind: str
    share: float
    reason: str


class KindAnalyzer(ShotAnalyzer):
    """Analyzer of black, title cards and colour bars.

    It claims nothing of an ordinary shot, nor in doubt: a card that is taken for a shot has an
    undefined size, a shot that is taken for a card is lost to the editor. So every picture must
    show the kind, or the black or empty ground that a card fades from. The confidence is the share
    of the pictures that show it clearly.
    """

    name = "builtin.kind"
    family = Family.KIND
    tier = Tier.BUILTIN
    version = "2"
    measures = (FlatnessMeasure(),)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot; none for an ordinary one."""
        found = _find(view)
        if found is None:
            return []
        return [
            Claim(
                label=found.kind,
                scores={name: found.share * (name == found.kind) for name in KINDS.names},
                confidence=found.share,
                range=view.shot.source,
                reasons=(found.reason,),
            )
        ]


def _find(view: ShotView) -> _Found | None:
    series = view.series[FlatnessMeasure.name]
    pictures = read_pictures(series)
    if not pictures:
        return None
    if all(map(_is_black, pictures)) and _fades_little(view.shot):
        return _Found("black", 1.0, "every picture is dark and even")
    if all(picture.stripes > 0 for picture in pictures):
        return _Found("bars", 1.0, "six stripes in the order of colour bars on every picture")
    still = view.media.video is not None and view.media.video.still
    return _find_title(pictures, read_likenesses(series), 1 if still else _FEWEST_CARDS)


def _fades_little(shot: Shot) -> bool:
    alone = shot.core.intersection(shot.source)
    return alone is not None and alone.duration >= _WHOLE * shot.source.duration


def _find_title(
    pictures: Sequence[PictureFigures], likenesses: Sequence[float], fewest: int
) -> _Found | None:
    cards = [picture for picture in pictures if _is_card(picture)]
    clear = [card for card in cards if card.contrast >= _CLEAR]
    if len(cards) < fewest or not clear:
        return None
    others = [picture for picture in pictures if not _is_card(picture)]
    if any(picture.contrast >= FAINT for picture in others):
        return None
    if any(likeness < _STILL for likeness in likenesses):
        return None
    ground = min(card.ground for card in cards)
    reason = f"sharp outlines that stand still on a flat ground, {ground:.0%} of the picture"
    return _Found("title", len(clear) / len(pictures), reason)


def _is_black(picture: PictureFigures) -> bool:
    return picture.brightest <= _DARK and picture.brightest - picture.darkest <= _EVEN


def _is_card(picture: PictureFigures) -> bool:
    return (
        picture.ground >= _GROUND
        and picture.edge >= _EDGE
        and picture.busy <= _BUSIEST
        and picture.soft <= _SHADES
        and picture.dense >= _DENSE
        and picture.contrast >= FAINT
    )
