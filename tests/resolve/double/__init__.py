"""A strict double of DaVinci Resolve's scripting API, for tests; Python 3.6 and later, stdlib only.

Describe a project, open it in a version and edition, run the code under test, look at the rest::

    from tests.resolve.double import ProjectSpec, Double

    spec = ProjectSpec("Film", rate=24)
    beach = spec.media("/films/beach.mov", fps=24, start="10:00:00:00", frames=1500)
    cut = spec.timeline("Cut 1", rate=24, start="01:00:00:00")
    first = cut.clip(beach, length=48, source=100)              # follows what is on the track
    cut.clip(beach, length=24, source=400, speed=2)
    cut.clip(beach, length=24, source=600, speed=-1, track=2, at=0, enabled=False)
    cut.title("Text+", length=24)
    cut.marker(10, "Red", "mine", "a note")                     # the editor's own

    double = Double(spec, version="19.1", edition="studio", seed=1)
    exec(compile(script, "menu.py", "exec"), double.globals())  # resolve, fusion, fu, app, bmd
    assert double.violations == []
    assert sorted(double.timeline("Cut 1").markers) == [10, 48]

``spec.to_json()`` and ``ProjectSpec.from_json()`` carry a description into another Python; there
``python -m double.run JOB.json RESULT.json`` runs a script against it, see ``run``.

A rule that is broken is recorded in ``double.violations``; most also raise ``Violation``, which no
``except Exception`` hides: deleting by colour, a second thread, wrong arguments, arguments by name,
a call while a dialog is open, Quit. Calling what a version does not have is recorded, and raises
TypeError as in Resolve. ``NotModelled`` is raised by what Resolve has and the double does not play.
``double.snapshot()`` before and after tells what changed; ``double.session`` counts calls and holds
``edits``, ``saves``, ``upsells``, ``unknown``; ``double.session.before("Timeline.AddMarker", 3,
double.close)`` plans what happens in between.
"""

from .double import Double, NotListed
from .errors import NotModelled, Violation
from .frames import exact_rate, frames_of, timecode_of
from .handle import Handle
from .spec import ProjectSpec, TimelineSpec

__all__ = [
    "Double",
    "Handle",
    "NotListed",
    "NotModelled",
    "ProjectSpec",
    "TimelineSpec",
    "Violation",
    "exact_rate",
    "frames_of",
    "timecode_of",
]
