"""Commands that make and search the library of many timelines; each is a module."""

__all__: list[str] = []
