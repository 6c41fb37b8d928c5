"""Encoding of ranges of media into new files: exact to the frame, or copied from a keyframe."""

from shotlog.media.encoding.copying import copy_clip
from shotlog.media.encoding.encoder import EncodedClip, Excerpt, encode_clip
from shotlog.media.encoding.pictures import encode_pictures

__all__ = ["EncodedClip", "Excerpt", "copy_clip", "encode_clip", "encode_pictures"]
