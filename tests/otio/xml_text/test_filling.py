"""Empty elements that are filled, and emptied without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog_otio.xml_text import Element, XmlText, fill, parse_xml, remove, remove_all

PATH = Path("cut.xml")
FORMS = [
    "<r>\n  <a/>\n</r>",
    "<r>\n  <a b='/' />\n</r>",
    "<r>\n  <a></a>\n</r>",
    "<r>\n  <a>\n  </a>\n</r>",
    "<r>\r\n\t<a/>\r\n</r>",
    "<r>\n  <a><!-- x --></a>\n</r>",
    "<r>\n  <a>text</a>\n</r>",
    "<r><a/></r>",
    "<r><a></a></r>",
]
XML = "<m>\n\t<n/>\n</m>\n<o/>"


def parsed(text: bytes | str) -> XmlText:
    return parse_xml(text if isinstance(text, bytes) else text.encode(), PATH)


def only(text: XmlText) -> Element:
    [child] = text.root.children
    return child


@pytest.mark.parametrize("form", FORMS)
def test_what_was_filled_is_emptied_without_a_trace(form: str) -> None:
    text = parsed(form)
    filled = parsed(text.patched([fill(text.data, only(text), XML)]))

    children = only(filled).children
    assert [(item.tag, [inner.tag for inner in item]) for item in children] == [
        ("m", ["n"]),
        ("o", []),
    ]
    emptied = filled.patched(remove_all(filled.data, only(filled), children))
    assert emptied.decode() == form


def test_a_filled_element_has_the_layout_of_its_place() -> None:
    text = parsed(FORMS[0])

    assert text.patched([fill(text.data, only(text), XML)]).decode() == (
        "<r>\n  <a>\n    <m>\n      <n/>\n    </m>\n    <o/>\n  </a>\n</r>"
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_others_put_in_stays(form: str) -> None:
    text = parsed(form)
    filled = text.patched([fill(text.data, only(text), XML)]).decode()
    theirs = parsed(filled.replace("</a>", "<theirs/></a>"))
    ours = only(theirs).children[:2]
    emptied = theirs.patched(remove_all(theirs.data, only(theirs), ours))

    assert [item.tag for item in only(parsed(emptied))] == ["theirs"]


def test_a_comment_that_came_later_stays() -> None:
    text = parsed(FORMS[0])
    filled = text.patched([fill(text.data, only(text), "<m/>")]).decode()
    theirs = parsed(filled.replace("</a>", "<!-- theirs --></a>"))
    emptied = theirs.patched(remove_all(theirs.data, only(theirs), only(theirs).children))

    assert b"<!-- theirs -->" in emptied


def test_an_element_that_was_never_empty_does_not_become_so() -> None:
    text = parsed("<r><a><theirs/></a></r>")
    [theirs] = only(text).children

    assert text.patched([remove(text.data, theirs)]) == b"<r><a></a></r>"
    assert text.patched(remove_all(text.data, only(text), [theirs])) == b"<r><a></a></r>"
