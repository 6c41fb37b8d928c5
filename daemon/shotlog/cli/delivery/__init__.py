"""Commands that deliver finished clips; each is a module."""

__all__: list[str] = []
