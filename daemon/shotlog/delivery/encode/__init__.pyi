from .ffmpeg import FFMPEG_VARIABLE, OLDEST_FFMPEG, Ffmpeg, find_ffmpeg

__all__ = ["FFMPEG_VARIABLE", "OLDEST_FFMPEG", "Ffmpeg", "find_ffmpeg"]
