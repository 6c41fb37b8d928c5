"""XML texts: their tree, their patches, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shotlog.schema import TimelineUnreadable
from shotlog_otio.xml_text import (
    Element,
    XmlText,
    insert_after,
    insert_first,
    insert_last,
    parse_xml,
    quote_attribute,
    quote_text,
    remove,
    replace,
)

PATH = Path("cut.xml")
TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version='4'>
\t<sequence id="a>b" >
\t\t<name>Größe &amp; <!-- x --> more</name>
\t\t<empty />
\t\t<list>
\t\t\t<item n="1"/>
\t\t</list>
\t</sequence>
</xmeml>
"""


def parsed(text: str = TEXT) -> XmlText:
    return parse_xml(text.encode(), PATH)


def element(text: XmlText, tag: str) -> Element:
    return next(item for item in text.root.walk() if item.tag == tag)


def test_every_element_knows_its_place() -> None:
    text = parsed()

    for item in text.root.walk():
        piece = text.data[item.start : item.end]
        assert piece.startswith(f"<{item.tag}".encode())
        assert piece.endswith((b"/>", f"</{item.tag}>".encode()))
        assert (item.close is None) == piece.endswith(b"/>")


def test_texts_and_attributes_are_decoded() -> None:
    root = parsed().root

    assert root.value("sequence", "name") == "Größe &  more"
    sequence = root.child("sequence")
    assert sequence is not None
    assert sequence.get("id") == "a>b"
    assert root.child("sequence", "missing", "more") is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_was_put_in_is_gone_without_a_trace(ending: str) -> None:
    raw = TEXT.replace("\n", ending).encode()
    text = parse_xml(raw, PATH)
    for put in (insert_after, insert_first, insert_last):
        target = element(text, "list")
        patched = text.patched([put(text.data, target, "<mine>\n\t<a>1</a>\n</mine>")])
        again = parse_xml(patched, PATH)
        mine = element(again, "mine")

        assert mine.value("a") == "1"
        assert again.patched([remove(again.data, mine)]) == raw


def test_a_fragment_takes_the_indentation_around_it() -> None:
    text = parsed()
    patched = text.patched([insert_last(text.data, element(text, "list"), "<m>\n\t<a/>\n</m>")])

    assert b'\t\t\t<item n="1"/>\n\t\t\t<m>\n\t\t\t\t<a/>\n\t\t\t</m>\n\t\t</list>' in patched


def test_a_text_on_one_line_stays_one() -> None:
    text = parsed("<a><b>1</b></a>")
    patched = text.patched([insert_last(text.data, text.root, "<m>\n\t<c/>\n</m>")])

    assert patched == b"<a><b>1</b><m><c/></m></a>"


def test_an_empty_element_takes_a_child() -> None:
    text = parsed()
    patched = text.patched([insert_last(text.data, element(text, "empty"), "<m/>")])

    assert b"\t\t<empty >\n\t\t\t<m/>\n\t\t</empty>\n" in patched
    etree.fromstring(patched)


def test_an_element_is_replaced_in_its_place() -> None:
    text = parsed()
    patched = text.patched([replace(text.data, element(text, "item"), '<item n="2"/>')])

    assert patched == TEXT.replace('n="1"', 'n="2"').encode()


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "iso-8859-1"])
def test_a_file_keeps_its_encoding(codec: str) -> None:
    declared = TEXT.replace("UTF-8", codec.removesuffix("-sig").removesuffix("-le"))
    raw = declared.encode(codec)
    text = parse_xml(raw, PATH)
    name = element(text, "name")
    patched = text.patched([insert_after(text.data, name, f"<m>{quote_text('ü 好')}</m>")])
    again = parse_xml(patched, PATH)

    assert text.patched([]) == raw
    assert again.root.value("sequence", "m") == "ü 好"
    assert again.patched([remove(again.data, element(again, "m"))]) == raw


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'declares the entity "b"'),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "declares the entity"),
        ("<a>&nbsp;</a>", "no XML"),
        ("<a>" * 3000 + "</a>" * 3000, "too deeply"),
        ("<a><b></a>", "mismatched tag in line 1"),
        ("<a>", "no XML"),
        ("", "no XML"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding is unknown"),
    ],
)
def test_dangerous_and_damaged_texts_are_refused(text: str, reason: str) -> None:
    with pytest.raises(TimelineUnreadable, match=reason):
        parsed(text)


def test_bytes_of_another_encoding_are_refused() -> None:
    with pytest.raises(TimelineUnreadable, match="not text in its encoding"):
        parse_xml(b"<a>\xff</a>", PATH)


@given(st.text())
def test_any_text_survives_in_an_element_and_in_an_attribute(text: str) -> None:
    kept = "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
    made = f"<a b={quote_attribute(text)}>{quote_text(text)}</a>"
    if "\r" in text:  # XML reads a carriage return in a text as a line feed
        return
    root = parsed(made).root

    assert root.text == kept
    assert root.get("b") == kept


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("<r><a/></r>", [True]),
        ("<a><a/></a>", [True]),
        ("<r><a></a></r>", [False]),
        ("<r><a>x/></a></r>", [False]),
        ("<r><a x='>'/></r>", [True]),
        ("<r><a/><a/></r>", [True, True]),
    ],
)
def test_an_empty_element_is_told_from_one_with_an_end_tag(text: str, closed: list[bool]) -> None:
    root = parsed(text).root

    assert [item.close is None for item in root.children] == closed
    assert [text[item.start : item.end].count("<") for item in root.children] == [
        1 if one else 2 for one in closed
    ]
    assert text[root.start : root.end] == text
