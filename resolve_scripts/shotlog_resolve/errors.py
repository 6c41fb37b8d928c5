"""The error that a script shows to its user."""


class ScriptError(Exception):
    """An error that ends a script, told in a sentence for the editor.

    Args:
        message: What happened, and to what.
        hint: What to do about it; empty if there is nothing to do.

    Attributes:
        message: As given.
        hint: As given.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(filter(None, (self.message, self.hint)))
