"""Commands that learn from what editors changed; each is a module."""

__all__: list[str] = []
