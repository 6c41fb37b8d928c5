"""The settings that the scripts follow, asked from the bridge, which reads them for every door."""

from typing import Any, Dict, NamedTuple

from shotlog_resolve.placing import NUDGE, POLICIES

DEFAULT_HIGHLIGHTS = 10
"""Number of highlights in a new timeline, where the settings name none."""


class Settings(NamedTuple):
    """The user's choices that the scripts follow.

    Attributes:
        policy: ``nudge`` or ``skip``: what becomes of a marker whose frame another has.
        highlights: Largest number of highlights in a new timeline.
        clip_colours: Colour clips by shot size.
        keywords: Add sizes and moves to the keywords of the media.
        on_clips: Put markers on the clips, not on the timeline.
        disabled: Analyse clips that are switched off, too.
    """

    policy: str = NUDGE
    highlights: int = DEFAULT_HIGHLIGHTS
    clip_colours: bool = False
    keywords: bool = False
    on_clips: bool = False
    disabled: bool = False


def read_settings(bridge: Any) -> Settings:
    """Return the settings in force; the bridge itself follows those of the analysis.

    Args:
        bridge: The bridge.

    Raises:
        ScriptError: A setting is wrong; the message names its line.
    """
    if "settings" not in bridge.hello()["capabilities"]:  # through files, or an older Shotlog
        return Settings()
    told: Dict[str, Any] = bridge.request("settings")["settings"]
    resolve, markers = told["resolve"], told["markers"]
    policy, most = resolve["occupied"], markers["most_highlights"]
    return Settings(
        policy=policy if policy in POLICIES else NUDGE,
        highlights=most if isinstance(most, int) else DEFAULT_HIGHLIGHTS,
        clip_colours=bool(resolve["clip_colours"]),
        keywords=bool(resolve["keywords"]),
        on_clips=markers["on"] == "clips",
        disabled=bool(told["analysis"]["disabled"]),
    )
