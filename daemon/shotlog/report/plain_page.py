"""Pages without any script or picture, in the style of the reports."""

from __future__ import annotations

from markupsafe import Markup

from shotlog.report import _assets
from shotlog.report._tones import make_tone_rules


def render_plain_page(
    template: str, *, package: str = _assets.PACKAGE, css: str = "", **facts: object
) -> str:
    """Render a template as one self-contained HTML page, whose policy forbids every request.

    Args:
        template: Name of the template; it gets ``style`` and ``policy`` beside the facts.
        package: Package of the template and of its style; by default the reports' own.
        css: Name of a style of the package, which is added to that of the reports.
        facts: What the template shows.

    Returns:
        The page. Characters that UTF-8 cannot encode (in file names that are not UTF-8) are ``?``.
    """
    own = _assets.read(css, package) if css else ""
    style = _assets.read("report.css") + own + make_tone_rules() + "\n"
    page = _assets.environment(package).get_template(template).render(
        style=Markup(style),  # noqa: S704 - files of a package, without any text of a film
        policy=_assets.policy(style, None, pictures="'none'"),
        **facts,
    )  # fmt: skip
    return page.encode(errors="replace").decode()
