"""Published models: their cards, their files, and inference on the windows of a shot."""

__all__: list[str] = []  # each room inside has a face of its own
