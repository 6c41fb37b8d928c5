"""The menu entries, and the text of the small files that stand for them in Resolve's menu."""

from typing import NamedTuple

_MENU_FILE = '''\
"""Menu entry of Shotlog, made by its installer: {title}."""
import sys
LIBRARY = {library}
if LIBRARY not in sys.path:
    sys.path.insert(0, LIBRARY)
for name in [name for name in sys.modules if name.split(".")[0] == "shotlog_resolve"]:
    del sys.modules[name]  # some versions of Resolve keep modules between two runs
try:
    from shotlog_resolve import run
except Exception as error:  # nothing of it may get lost, as a traceback would
    print("Shotlog's scripts are missing or damaged: " + repr(error))
    print("Install them again: shotlog resolve install")
else:
    run({action}, globals())
'''


class Entry(NamedTuple):
    """An entry of the menu: its place in the order, its title, and the action that it runs."""

    number: int
    title: str
    action: str

    @property
    def file_name(self) -> str:
        """Name of its file; Resolve shows it without the suffix, in alphabetical order."""
        return f"{self.number:02d} {self.title}.py"

    def menu_file(self, library: str) -> str:
        """Return the text of its file, in ASCII.

        Args:
            library: Absolute path of the folder that holds the package ``shotlog_resolve``.
        """
        # ascii() quotes any path: backslashes, quotes, line feeds, and names that are not UTF-8.
        return _MENU_FILE.format(
            title=self.title, library=ascii(library), action=ascii(self.action)
        )


ENTRIES = (
    Entry(1, "Analyse timeline", "analyse-timeline"),
    Entry(2, "Analyse in-out range", "analyse-range"),
    Entry(3, "Analyse selected clips", "analyse-selection"),
    Entry(4, "Analyse current clip", "analyse-clip"),
    Entry(5, "Remove Shotlog's markers", "remove-markers"),
    Entry(6, "Import highlights as a timeline", "import-highlights"),
    Entry(7, "Open report", "open-report"),
    Entry(8, "Settings", "settings"),
    Entry(9, "Doctor", "doctor"),
)
"""All entries, in their order; the canary in Lua is number 0."""
