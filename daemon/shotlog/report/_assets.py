"""Files of this package that make a page: style, script, template, and the policy over them."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

PACKAGE = "shotlog.report"


@cache
def environment(package: str = PACKAGE) -> Environment:
    """Return the environment of the templates of a package, which keeps compiled templates."""
    made = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelt name is an error instead of empty text
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return made


def read(name: str, package: str = PACKAGE) -> str:
    """Return the text of a file of a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def policy(style: str, script: str | None, *, pictures: str) -> str:
    """Return the content security policy of a page with one style and at most one script.

    Args:
        style: Text of the style element.
        script: Text of the script element; None without one.
        pictures: Sources of pictures, as the policy names them.
    """
    scripts = "'none'" if script is None else f"'{_hash(script)}'"
    return (
        f"default-src 'none'; img-src {pictures}; "
        f"style-src '{_hash(style)}'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    # Browsers hash the exact text of an element: the template must put nothing round it.
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
