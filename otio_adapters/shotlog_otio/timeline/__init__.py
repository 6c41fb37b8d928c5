"""Timelines to clip ranges: layout, time effects, clocks."""
