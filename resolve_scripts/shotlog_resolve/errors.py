"""Errors that a script shows to its user."""


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


class Cancelled(ScriptError):
    """The user has cancelled the analysis."""

    def __init__(self) -> None:
        super().__init__("The analysis was cancelled; nothing was written.")


class Refused(ScriptError):
    """An error that Shotlog itself has told.

    Args:
        code: Its code: ``media-missing``.
        message: What happened.
        hint: What to do.

    Attributes:
        code: As given.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(sentence(message), sentence(hint))
        self.code = code


def sentence(text: str) -> str:
    """Return a text with a full stop, unless it is empty or ends like a sentence already."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else text + "."
