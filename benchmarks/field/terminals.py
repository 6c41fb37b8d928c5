"""Unusual terminals, pipes and home folders."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.field.case import Case
from benchmarks.field.make import film
from benchmarks.field.product import STRANGER, Run, shotlog, shotlog_process

_EVIL = "red\x1b[31m \x07\x9b\x7f two\nlines \u202eback [/b] :smile: 日 é"
"""A name with an escape sequence, BEL, C1, DEL, a line break, an override of the direction, what
others take for markup, and letters of several alphabets."""

_SHOWN = r"red\x1b[31m \x07\x9b\x7f two\nlines \u202eback [/b] :smile: "
"""The same as it must be shown up to its last two letters: Python's own spelling of each."""

_C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": None}
_HOMELESS = {
    "HOME": None, "SHOTLOG_HOME": None, "SHOTLOG_CACHE": None, "SHOTLOG_MODELS": None,
    "XDG_CACHE_HOME": None, "XDG_DATA_HOME": None, "XDG_STATE_HOME": None,
}  # fmt: skip
_NO_ENTRY = """
import pwd
def none(uid):
    raise KeyError(uid)
pwd.getpwuid = none
"""
"""What a process is in a container that was started for a user whom it does not know."""

_ONE_SHOT = {
    "OTIO_SCHEMA": "Clip.2", "active_media_reference_key": "DEFAULT_MEDIA",
    "source_range": {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 25, "value": 0},
        "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 25, "value": 10},
    },
}  # fmt: skip


def _timeline(path: Path, name: str, media: Path) -> Path:
    """Make a timeline with one clip of ten frames; both have the name."""
    source = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": str(media)}
    clip = {**_ONE_SHOT, "name": name, "media_references": {"DEFAULT_MEDIA": source}}
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [clip]}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    timeline = {"OTIO_SCHEMA": "Timeline.1", "name": name, "tracks": stack}
    path.write_text(json.dumps(timeline))
    return path


def _offline(folder: Path, name: str = _EVIL) -> Path:
    """Make the same with missing media: the analysis is quick, and reports a problem."""
    return _timeline(folder / "cut.otio", name, folder / f"{name.replace('/', ':')}.mov")


def _in_process(*more: str | Path) -> tuple[str | Path, ...]:
    return "--in-process", "--no-cache", "--models", "builtin", *more


def _printable(run: Run) -> str:
    """Return the exit code, and the control characters in the output."""
    odd = sorted({c for c in run.output if not c.isprintable() and c != "\n"})
    return f"exit {run.code}, " + (f"raw: {odd}" if odd else "nothing raw")


# --- output encoding


def _analyzed(encoding: str, folder: Path) -> str:
    media = film(folder / "film.mp4", scenes=1, length=10, size=(64, 36))
    cut, marked = _timeline(folder / "cut.otio", "Größe → 日本", media), folder / "marked.otio"
    run = shotlog_process(
        "analyze", cut, *_in_process("-o", marked), "--json", folder / "found.json",
        env={"PYTHONIOENCODING": encoding}, encoding=encoding,
    )  # fmt: skip
    found = json.loads((folder / "found.json").read_text("utf-8"))
    return f"exit {run.code}, {marked.is_file()}, {found['edit']['name']}"


def _folder_analyzed(folder: Path) -> str:
    """Analyse the media of a folder, then again from the timeline that was made."""
    made = folder / "made.otio"
    media = film(folder / "café 日.mp4", scenes=1, length=10, size=(64, 36))
    told = []
    for source in (media.parent, made):
        shotlog_process(
            "analyze", source, *_in_process("-o", made, "--json", folder / "found.json"),
            env=_C_LOCALE, encoding="ascii",
        )  # fmt: skip
        found = json.loads((folder / "found.json").read_text("utf-8"))
        told.append(f"{len(found['shots'])} of {found['shots'][0]['clip_name']}")
    return ", ".join(told)


def _shown(env: dict[str, str | None], encoding: str, folder: Path) -> str:
    cut = _offline(folder, "Größe → 日本 · ✓")
    run = shotlog_process("show", cut, env=env, encoding=encoding)
    return f"exit {run.code}, {run.output.splitlines()[0].strip()}"


def _json_shown(encoding: str, folder: Path) -> str:
    cut = _offline(folder, "Größe → 日本")
    run = shotlog_process(
        "analyze", cut, *_in_process("-q", "--json", "-"),
        env={"PYTHONIOENCODING": encoding, "COLUMNS": "1000"}, encoding=encoding,
    )  # fmt: skip
    text = run.output[: run.output.index("\n}") + 2]  # the rest is standard error
    return f"exit {run.code}, {json.loads(text)['edit']['name']}"


def _told(env: dict[str, str | None], encoding: str, *args: str | bytes) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        run = shotlog_process(*args, env=env, encoding=encoding, cwd=folder)
        told = [line for line in run.output.splitlines() if re.match("shotlog: |Error: ", line)]
        return f"exit {run.code}, {' '.join(told)}"

    return tell


def _helped(env: dict[str, str | None], folder: Path) -> str:
    runs = [
        shotlog_process(*words, "--help", env=env, encoding="ascii") for words in ((), ("show",))
    ]
    return f"exit {max(run.code for run in runs)}, {all(run.output.isascii() for run in runs)}"


def _redirected(how: str, folder: Path, command: Sequence[str | Path] = ()) -> str:
    """Return the exit code and standard error of a command with redirected standard output."""
    words = [sys.executable, "-m", "shotlog", *(command or ("show", _offline(folder)))]
    line = f"{shlex.join(map(str, words))} {how}"
    done = subprocess.run(["/bin/bash", "-c", line], capture_output=True, text=True, cwd=folder)
    return f"exit {done.returncode}, {done.stderr.strip() or 'nothing said'}"


def _written_in_spite_of(how: str, folder: Path) -> str:
    media = film(folder / "film.mp4", scenes=1, length=10, size=(64, 36))
    cut, marked = _timeline(folder / "cut.otio", "cut", media), folder / "marked.otio"
    told = _redirected(how, folder, ("analyze", cut, *_in_process("-o", marked)))
    return f"{told}, {marked.is_file()}"


_ASCII = {"PYTHONIOENCODING": "ascii"}
_ENCODING = (
    # The issue's own: "→" is in none of them, "·" in all but ASCII, "日本" in none.
    *(
        Case("output encoding", f"analyze into a pipe of {encoding}",
             "exit 0, True, Größe → 日本", partial(_analyzed, encoding))
        for encoding in ("cp1252", "ascii")
    ),
    *(
        Case("output encoding", f"show in {encoding}", f"exit 0, {shown}",
             partial(_shown, {"PYTHONIOENCODING": encoding}, encoding))
        for encoding, shown in (
            ("utf-8", "Größe → 日本 · ✓"),
            ("cp1252", r"Größe -> \u65e5\u672c · v"),
            ("latin-1", r"Größe -> \u65e5\u672c · v"),
            ("cp850", r"Größe -> \u65e5\u672c · v"),
            # Code page 437 has "√", but not "✓"; "ö" and "ß" (as beta) are in it.
            ("cp437", r"Größe -> \u65e5\u672c · v"),
            ("ascii", r"Gr\xf6\xdfe -> \u65e5\u672c - v"),
        )
    ),
    Case("output encoding", "show in the C locale of an old system",
         r"exit 0, Gr\xf6\xdfe -> \u65e5\u672c - v", partial(_shown, _C_LOCALE, "ascii")),
    Case("output encoding", "a folder, in the C locale of an old system",
         "1 of café 日.mp4, 1 of café 日.mp4", _folder_analyzed),
    *(
        Case("output encoding", f"JSON in {encoding}", "exit 0, Größe → 日本",
             partial(_json_shown, encoding))
        for encoding in ("utf-8", "cp437", "ascii")
    ),
    Case("output encoding", "a file that is not there, in ASCII",
         r"exit 1, shotlog: \u65e5.otio: there is no such file",
         _told(_ASCII, "ascii", "show", "日.otio")),
    Case("output encoding", "a name that is not UTF-8",
         r"exit 1, shotlog: caf\xe9.otio: there is no such file",
         _told({"PYTHONIOENCODING": "utf-8"}, "utf-8", "show", b"caf\xe9.otio")),
    Case("output encoding", "an option that there is not, in ASCII",
         r"exit 2, Error: No such option '--m\xfc\xdfig'.",
         _told(_ASCII, "ascii", "clear", "--müßig")),
    Case("output encoding", "help in ASCII", "exit 0, True", partial(_helped, _ASCII)),
    Case("output encoding", "a reader that goes at once", "exit 0, nothing said",
         partial(_redirected, "| true; exit ${PIPESTATUS[0]}")),
    Case("output encoding", "a reader that goes while much is printed", "exit 0, nothing said",
         lambda folder: _redirected("| head -c 1 > /dev/null; exit ${PIPESTATUS[0]}", folder,
                                    ("doctor", "--help"))),
    Case("output encoding", "no standard output", "exit 0, nothing said",
         partial(_redirected, ">&-")),
    Case("output encoding", "no stream at all", "exit 0, nothing said",
         partial(_redirected, "<&- >&- 2>&-")),
    Case("output encoding", "analyze, whose reader has gone", "exit 0, nothing said, True",
         partial(_written_in_spite_of, "| true; exit ${PIPESTATUS[0]}")),
)  # fmt: skip


# --- control characters


def _problem_shown(folder: Path) -> str:
    run = shotlog("analyze", _offline(folder), *_in_process())
    line = next(line for line in run.output.splitlines() if line.startswith("problem: "))
    return f"{_printable(run)}, {line.removeprefix('problem: ').partition(' (')[0]}"


def _title_shown(folder: Path) -> str:
    run = shotlog("show", _offline(folder))
    title = run.output[: run.output.index("length")]
    return f"{_printable(run)}, {' '.join(title.split()).removesuffix(' in')}"


def _row_shown(folder: Path) -> str:
    media = film(folder / "film.mp4", scenes=1, length=10, size=(64, 36))
    run = shotlog("analyze", _timeline(folder / "cut.otio", "a\x1b[2J\nb", media), *_in_process())
    shown = r"a\x1b[2J\nb" in run.output
    return f"{_printable(run)}, {shown}"


def _json_printed(folder: Path) -> str:
    run = shotlog("analyze", _offline(folder), *_in_process("-q", "--json", "-"))
    text = run.output[: run.output.index("\n}") + 2]
    return f"{_printable(run)}, {json.loads(text)['edit']['name'] == _EVIL}"


def _typed(*args: str) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        run = shotlog(*args)
        return f"{_printable(run)}, {run.output.strip().splitlines()[-1]}"

    return tell


_CONTROL = (
    Case("control characters", "the name of a clip whose media is missing",
         f"exit 0, nothing raw, {_SHOWN}日 é", _problem_shown),
    Case("control characters", "the name of a timeline", f"exit 0, nothing raw, {_SHOWN}日 é",
         _title_shown),
    Case("control characters", "the name of a clip in the table of shots",
         "exit 0, nothing raw, True", _row_shown),
    Case("control characters", "JSON that is printed", "exit 0, nothing raw, True", _json_printed),
    # click removes known sequences where it writes to no terminal; unknown ones stay.
    Case("control characters", "an option that there is not",
         r"exit 2, nothing raw, Error: No such option '--\x9b\u202ezzz'.",
         _typed("show", "--\x9b\u202ezzz")),
    Case("control characters", "a command that there is not",
         r"exit 2, nothing raw, Error: No such command 'a\x07\x7fb'.", _typed("a\x07\x7fb")),
)  # fmt: skip


# --- no home


def _homeless(*args: str, **env: str) -> Callable[[Path], str]:
    """Return the last two lines of a command without a home folder: error and hint."""

    def tell(folder: Path) -> str:
        known = {**_HOMELESS, **env}
        run = shotlog_process(*args, env=known, cwd=folder, first=_NO_ENTRY)
        lines = run.output.strip().splitlines()
        litter = sorted(path.name for path in folder.iterdir())
        return f"exit {run.code}, {' '.join(lines[-2:])}" + (f", {litter}" if litter else "")

    return tell


def _needs_no_home(*args: str) -> Callable[[Path], str]:
    def tell(folder: Path) -> str:
        media = film(folder / "film.mp4", scenes=1, length=10, size=(64, 36))
        cut = _timeline(folder / "cut.otio", "cut", media)
        words = [str(cut) if arg == "CUT" else arg for arg in args]
        run = shotlog_process(*words, env=_HOMELESS, cwd=folder, first=_NO_ENTRY)
        return f"exit {run.code}, {sorted(path.name for path in folder.iterdir())}"

    return tell


_EXAMINE = """
from shotlog.doctor import CHECKS, Context, run_checks
checks = [check for check in CHECKS if check.subject.value in ("Results", "Models", "Daemon")]
for found in run_checks(Context(), checks):
    print(found.state.value, found.check, found.words, found.remedy, sep=" | ")
"""
"""The doctor's checks of places alone: those of libraries would take seconds."""


def _examined(first: str, env: dict[str, str | None]) -> list[list[str]]:
    known = {name: value for name, value in {**os.environ, **env}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", first + _EXAMINE], env=known, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return [line.split(" | ") for line in done.stdout.splitlines()]


def _problems_of(found: list[list[str]]) -> str:
    problems = [f"{check}: {remedy}" for state, check, _, remedy in found if state == "problem"]
    report = any("report" in word.lower() for row in found for word in row)
    return "; ".join(problems) + ("; report it" if report else "")


def _set(variable: str, kind: str = "folder") -> str:
    return f"Set {variable} to a {kind} of your own, or HOME to your home folder."


_KNOWS = "and the system knows no home of this user"
_NO_HOME = (
    Case("no home", "the daemon, HOME not set",
         f"exit 1, shotlog: SHOTLOG_HOME: it is not set, HOME is not set, {_KNOWS} "
         f"{_set('SHOTLOG_HOME')}", _homeless("daemon", "status")),
    Case("no home", "the daemon, HOME empty",
         f"exit 1, shotlog: SHOTLOG_HOME: it is not set, HOME is empty, {_KNOWS} "
         f"{_set('SHOTLOG_HOME')}", _homeless("daemon", "start", HOME="")),
    Case("no home", "the result cache, HOME relative",
         f"exit 1, shotlog: SHOTLOG_CACHE: it is not set, HOME is 'here', {_KNOWS} "
         f"{_set('SHOTLOG_CACHE', 'file')}", _homeless("cache", HOME="here")),
    Case("no home", "fetching a model, XDG_DATA_HOME relative",
         f"exit 1, shotlog: SHOTLOG_MODELS: it is not set, HOME is not set, {_KNOWS} "
         f"{_set('SHOTLOG_MODELS')}", _homeless("models", "pull", "odd", XDG_DATA_HOME="here")),
    Case("no home", "SHOTLOG_CACHE that begins with ~",
         f"exit 1, shotlog: SHOTLOG_CACHE: it begins with ~, {_KNOWS}: ~/cache.sqlite "
         "Write the whole path.", _homeless("cache", SHOTLOG_CACHE="~/cache.sqlite")),
    Case("no home", "analyze without daemon and cache",
         "exit 0, ['cut.otio', 'film.mp4', 'marked.otio']",
         _needs_no_home("analyze", "CUT", "--in-process", "--no-cache", "-o", "marked.otio")),
    Case("no home", "show", "exit 0, ['cut.otio', 'film.mp4']", _needs_no_home("show", "CUT")),
    Case("no home", "clear", "exit 0, ['clean.otio', 'cut.otio', 'film.mp4']",
         _needs_no_home("clear", "CUT", "-o", "clean.otio")),
    Case("no home", "the list of models", "exit 0, ['cut.otio', 'film.mp4']",
         _needs_no_home("models", "list")),
    Case("no home", "the doctor",
         f"cache-place: {_set('SHOTLOG_CACHE', 'file')}; models-place: {_set('SHOTLOG_MODELS')}; "
         f"daemon-folder: {_set('SHOTLOG_HOME')}",
         lambda _: _problems_of(_examined(_NO_ENTRY, _HOMELESS))),
)  # fmt: skip


# --- once as root


@contextmanager
def _run_as_root_before(home: Path) -> Iterator[None]:
    """Run with three folders in the home that belong to another user and are private."""
    shut = [home / "cache/shotlog", home / "state/shotlog", home / "data/shotlog"]
    for folder in shut:
        folder.mkdir(parents=True)
        folder.chmod(0)
    try:
        yield
    finally:
        for folder in shut:
            folder.chmod(0o700)


def _of(home: Path) -> dict[str, str | None]:
    places = {f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("cache", "state", "data")}
    return {**_HOMELESS, **places, "HOME": str(home)}


def _plain(told: str, home: Path) -> str:
    import pwd  # Windows has none

    owner = pwd.getpwuid(os.getuid()).pw_name
    return told.replace(str(home), "~").replace(f"belongs to {owner}", "belongs to root")


def _once_root(*args: str) -> Callable[[Path], str]:
    def tell(home: Path) -> str:
        with _run_as_root_before(home):
            run = shotlog_process(*args, env=_of(home), cwd=home, first=STRANGER)
        told = " ".join(run.output.strip().splitlines()[-2:])
        return _plain(f"exit {run.code}, {told}", home)

    return tell


def _doctor_after_root(home: Path) -> str:
    with _run_as_root_before(home):
        found = _examined(STRANGER, _of(home))
    return _plain(_problems_of(found), home)


def _back(folder: str, variable: str, kind: str = "folder") -> str:
    return (
        f"Have it given back with: sudo chown -R $(id -u) ~/{folder}/shotlog; "
        f"or name another {kind} in {variable}."
    )


_ROOT = (
    Case("once as root", "the result cache",
         "exit 1, shotlog: ~/cache/shotlog/evidence.sqlite: the cache cannot be opened "
         f"(~/cache/shotlog belongs to root) {_back('cache', 'SHOTLOG_CACHE', 'file')} "
         "Or do without: --in-process --no-cache.", _once_root("cache")),
    Case("once as root", "the daemon",
         "exit 1, shotlog: ~/state/shotlog/default: the daemon's folder cannot be made "
         f"(~/state/shotlog belongs to root) {_back('state', 'SHOTLOG_HOME')}",
         _once_root("daemon", "status")),
    Case("once as root", "the daemon's log",
         "exit 1, shotlog: ~/state/shotlog/default/daemon.jsonl: ~/state/shotlog belongs to root "
         f"{_back('state', 'SHOTLOG_HOME')}", _once_root("daemon", "logs")),
    Case("once as root", "the models",
         "exit 0, problem: ~/data/shotlog/models: ~/data/shotlog belongs to root          "
         f"{_back('data', 'SHOTLOG_MODELS')}", _once_root("models", "list")),
    Case("once as root", "the doctor, once for each place",
         f"cache-place: {_back('cache', 'SHOTLOG_CACHE', 'file')}; "
         f"models-place: {_back('data', 'SHOTLOG_MODELS')}; "
         f"daemon-folder: {_back('state', 'SHOTLOG_HOME')}", _doctor_after_root),
    Case("once as root", "--no-cache alone names the option that it needs",
         "exit 2, Error: --no-cache needs --in-process: the daemon has a cache of "
         "its own.", lambda folder: _one_line(shotlog("analyze", "--no-cache", _offline(folder)))),
)  # fmt: skip


def _one_line(run: Run) -> str:
    return f"exit {run.code}, {run.output.strip().splitlines()[-1]}"


CASES: tuple[Case, ...] = (*_ENCODING, *_CONTROL, *_NO_HOME, *_ROOT)
