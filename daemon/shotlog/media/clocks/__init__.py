"""Clocks of a media file: timestamps and their jumps, frame rates, timecodes."""

from shotlog.media.clocks.breaks import apply_breaks, continuous_times, describe_breaks, find_breaks
from shotlog.media.clocks.discontinuities import find_jumps
from shotlog.media.clocks.frame_rate import (
    ROUNDING,
    ClaimedRates,
    claimed_rates,
    compute_frame_length,
    measure_rate,
)
from shotlog.media.clocks.index import fits_grid, read_index_times
from shotlog.media.clocks.nominal_rate import estimate_nominal_rate
from shotlog.media.clocks.stamps import (
    PacketStamp,
    StreamStamps,
    allows_discontinuities,
    min_jump_ahead,
    packet_time,
    with_stamps,
)
from shotlog.media.clocks.start_timecode import read_start_timecode, starts_drop_frame
from shotlog.media.clocks.timecode_track import read_timecode_rates

__all__ = [
    "ROUNDING",
    "ClaimedRates",
    "PacketStamp",
    "StreamStamps",
    "allows_discontinuities",
    "apply_breaks",
    "claimed_rates",
    "compute_frame_length",
    "continuous_times",
    "describe_breaks",
    "estimate_nominal_rate",
    "find_breaks",
    "find_jumps",
    "fits_grid",
    "measure_rate",
    "min_jump_ahead",
    "packet_time",
    "read_index_times",
    "read_start_timecode",
    "read_timecode_rates",
    "starts_drop_frame",
    "with_stamps",
]
