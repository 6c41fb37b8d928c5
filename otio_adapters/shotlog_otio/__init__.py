"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers."""
