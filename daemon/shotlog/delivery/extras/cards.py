"""Cards as SubStation files on the clock of the timeline, for a render to burn in."""

from __future__ import annotations

from pathlib import Path

from shotlog.delivery.extras.contract import ExtendedFilm


def write_cards(film: ExtendedFilm, folder: Path) -> tuple[Path, ...]:
    """Write the cards of a film; return the files in order.

    Args:
        film: The film.
        folder: An existing folder.
    """
    import pysubs2

    paths = []
    for number, (shown, text) in enumerate(film.cards):
        card = pysubs2.SSAFile.from_string(text.decode(), format_="ass")
        card.shift(ms=round(shown.start * 1000))
        path = folder / f"card{number}.ass"
        path.write_text(card.to_string("ass", header_notice="Made by Shotlog"), encoding="utf-8")
        paths.append(path)
    return tuple(paths)
