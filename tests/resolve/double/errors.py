"""What the double does to code that breaks a rule."""


class Violation(BaseException):
    """A call that would harm an editor, or that the real Resolve would not survive.

    Not an ``Exception``, so that no broad handler of the code under test can hide it.
    """


class NotModelled(BaseException):
    """A method that Resolve has and the double does not play; extend the double to use it."""
