"""One sequential decode of pictures and sound."""
