"""Shot size by the picture as a whole, where no face is seen."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.size import FAR_TO_NEAR, abstain, claim_likeliest, read_principals
from shotlog.analyzers.whole_picture.measure import WholePictureMeasure, read_probabilities
from shotlog.schema import Claim, CorrectableAnalyzer, Family, ShotView, Tier

_LEAST = 0.6
"""Probability below which no size is named.

Of 559 pictures and clips of sources that a head had not seen, 330 were answered, and 310 of the
answers were right or also right (``benchmarks/fit_whole_picture.py``)."""


class WholePictureAnalyzer(CorrectableAnalyzer):
    """Analyzer of shot size by comparison with pictures of known size.

    It knows landscapes and streets, animals, hands, flowers, backs. Where a face decides the size
    it claims nothing: faces are surer, and a second opinion of less worth would only take room. A
    picture unlike all that it knows, or like two sizes, is undefined.
    """

    name = "builtin.whole_picture"
    family = Family.SIZE
    tier = Tier.BUILTIN
    version = "1"
    measures = (FaceMeasure(), WholePictureMeasure())

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot; none where a face is seen, or nothing at all."""
        rows = view.series.get(WholePictureMeasure.name)
        if not rows or any(read_principals(view)):
            return []
        if not (known := read_probabilities(rows)):
            return [abstain(view, "the picture is like none of known size")]
        # The picture as a whole never tells an extreme close-up from a close-up.
        scores = {name: known.get(name, 0.0) for name in FAR_TO_NEAR}
        if self.calibration is not None:
            scores = self.calibration.of_one(scores)
        return [claim_likeliest(view, scores, _LEAST, "by the picture as a whole")]
