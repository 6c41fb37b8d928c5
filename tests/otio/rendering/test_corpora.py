"""Facts for renders of real timelines, of every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.schema import TimelineError
from shotlog_otio import is_timeline, read_render_facts, read_timeline

FOLDERS = ("aaf", "edl", "fcp7xml", "fcpxml", "kdenlive", "mlt", "otio", "xges")


@pytest.mark.parametrize("folder", FOLDERS)
def test_facts_of_real_timelines_lie_on_the_timeline_and_on_its_clips(
    folder: str, data_dir: Path
) -> None:
    read = 0
    for path in sorted((data_dir / "timelines" / folder).rglob("*")):
        if not is_timeline(path):
            continue
        try:
            facts = read_render_facts(path)
            edit = read_timeline(path).edit
        except TimelineError:  # damaged on purpose, or of several sequences
            continue
        read += 1
        clips = {clip.id: clip for clip in (*edit.clips, *edit.sound)}
        assert facts.muted <= set(clips)
        for part in facts.left_out:
            assert part.clip is None or part.clip in clips
            assert part.range is not None
            assert 0 <= part.range.start < part.range.end <= edit.duration
        for level in facts.levels:
            shown, times = clips[level.clip].timeline, [key.at for key in level.keys]
            assert times == sorted(times)
            assert shown.start - clips[level.clip].head <= times[0]
            assert times[-1] <= shown.end + clips[level.clip].tail
    assert read
