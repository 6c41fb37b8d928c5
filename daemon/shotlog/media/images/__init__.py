"""Pictures as such: HEIF boxes, orientation, planes, image sequences, filter graphs."""
