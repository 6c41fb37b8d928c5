"""What ``Timeline.Export`` writes."""

import json
import os
from typing import Any

from .otio_out import written

# The live objects of the application are floats; nothing else is taken.
_NAMES = (
    "EXPORT_AAF", "EXPORT_DRT", "EXPORT_EDL", "EXPORT_FCP_7_XML", "EXPORT_FCPXML_1_8",
    "EXPORT_FCPXML_1_9", "EXPORT_FCPXML_1_10", "EXPORT_HDR_10_PROFILE_A",
    "EXPORT_HDR_10_PROFILE_B", "EXPORT_TEXT_CSV", "EXPORT_TEXT_TAB",
    "EXPORT_DOLBY_VISION_VER_2_9", "EXPORT_DOLBY_VISION_VER_4_0", "EXPORT_DOLBY_VISION_VER_5_1",
    "EXPORT_OTIO", "EXPORT_ALE", "EXPORT_ALE_CDL", "EXPORT_NONE", "EXPORT_AAF_NEW",
    "EXPORT_AAF_EXISTING", "EXPORT_CDL", "EXPORT_SDL", "EXPORT_MISSING_CLIPS",
)  # fmt: skip
EXPORT_TYPES = {name: float(at) for at, name in enumerate(_NAMES)}


def export(timeline: Any, path: Any, kind: Any, subtype: Any) -> bool:
    """Write a timeline; False for all but a live constant and a file that can be written."""
    if not isinstance(path, str) or type(kind) is not float:
        return False
    if subtype is not None and type(subtype) is not float:
        return False
    if kind in (EXPORT_TYPES["EXPORT_AAF"], EXPORT_TYPES["EXPORT_EDL"]) and subtype is None:
        return False
    try:
        if kind == EXPORT_TYPES["EXPORT_OTIO"]:
            with open(path, "w", encoding="utf-8") as file:
                json.dump(written(timeline, timeline.project.options["otio_rate"]), file, indent=4)
            return True
        if kind == EXPORT_TYPES["EXPORT_FCPXML_1_10"]:
            os.makedirs(path)
            with open(os.path.join(path, "Info.fcpxml"), "w", encoding="utf-8") as file:
                file.write('<?xml version="1.0" encoding="UTF-8"?>\n<fcpxml version="1.10"/>\n')
            return True
    except OSError:
        return False
    return False
