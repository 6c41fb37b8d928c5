"""Commands that search shots, and that make libraries of them; each is a module."""

__all__: list[str] = []
