"""Cuts as Kdenlive's projects."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from tests.nle.cuts import mlt
from tests.nle.cuts.cut import Cut
from tests.nle.cuts.writing import Writer, points_and_ranges
from tests.otio.mlt.projects import kdenlive, prop


def _write(path: Path, cut: Cut) -> None:
    services = [
        mlt.service(n, c, prop("kdenlive:clipname", c.name), prop("kdenlive:id", n + 2))
        for n, c in enumerate(mlt.clips(cut))
    ]
    guides = [
        {"comment": name, "duration": 0, "pos": frame, "type": 0} for frame, name in cut.theirs
    ]
    facts = [prop("kdenlive:sequenceproperties.guides", escape(json.dumps(guides)))]
    rate = cut.rate.numerator, cut.rate.denominator
    text = kdenlive(services, list(mlt.items(cut)), *facts, rate=rate)
    path.write_text(text, encoding="utf-8")


WRITER = Writer(
    _write,
    ".kdenlive",
    replace(mlt.FEATURES, markers_on_clips=True),
    length=points_and_ranges,
)
