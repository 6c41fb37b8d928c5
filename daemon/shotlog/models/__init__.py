"""Published models: their cards, their files, and inference on frames of a shot and on words."""

__all__: list[str] = []  # each room inside has a face of its own
