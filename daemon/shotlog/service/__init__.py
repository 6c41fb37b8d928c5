"""The daemon: one engine and its models kept ready, shared by every door."""

__all__: list[str] = []  # each room inside has a face of its own
