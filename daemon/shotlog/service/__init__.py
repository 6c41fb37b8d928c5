"""The daemon: one engine and its models kept ready, shared by every door."""
