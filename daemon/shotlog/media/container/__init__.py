"""What a media file holds: streams, clocks, orientation, identity."""
