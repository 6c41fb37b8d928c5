"""``shotlog learn``: from corrections to a profile, tried on projects that were left out."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.learning.learn_views import learned_facts, learned_view, profiles_view
from shotlog.cli.options import ANY_PATH, cache_option, json_option
from shotlog.cli.output import print_json, say, show_problems, terminal
from shotlog.profiles import ProfileStore
from shotlog.settings import PROFILE_SETTING, ProfileChoices, load_settings

if TYPE_CHECKING:
    from shotlog.learning.corrections import Corrections
    from shotlog.learning.profiles import LearnedProfile
    from shotlog.schema.learning import EditorProfile

_NAME = "corrections"
"""Name of a profile of several editors, or of one who is not named."""


@click.command()
@click.argument("files", nargs=-1, type=ANY_PATH, metavar="[FILE]...")
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the profile.  [default: the editor's, or 'corrections']",
)
@click.option("--yes", is_flag=True, help="Put the profile to use without asking.")
@click.option("--undo", is_flag=True, help="Take back the profile that was put to use last.")
@click.option("--list", "listing", is_flag=True, help="List the profiles of this machine.")
@cache_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes.")
def learn(
    files: Sequence[Path], name: str | None, yes: bool, undo: bool, listing: bool,
    cache_file: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Learn from what editors changed, and correct the scores of sizes and moves.

    FILEs are what "shotlog corrections collect" wrote. For each analyzer a temperature and a bias
    for each label are tried first; then, for the built-in ones, weights by what the picture shows,
    such as the room above a head. For these the media are measured again, in this process.

    Every correction of scores is tried on projects that it was not fitted on, and taken only where
    it surely gives more of the editor's labels there. Corrections at random are refused. The
    command shows the figures before and after, says how many corrections are missing, and asks. The
    profile then holds for every analysis (setting analysis.profile) until you undo it.

    A label that was kept counts only where the editor changed another one in the same timeline.
    Nothing leaves this machine.

    \b
    shotlog corrections collect season/ --out corrections.jsonl
    shotlog learn corrections.jsonl
    shotlog learn corrections.jsonl --name anna --yes
    shotlog learn --list
    shotlog learn --undo

    Exit codes: 0: done, or nothing was to be done. 1: there is too little to learn from, or
    nothing that is better; nothing was changed. 130: stopped by Ctrl-C; nothing was changed.
    """
    if undo + listing + bool(files) != 1:
        raise click.UsageError("Give files of corrections, or --undo, or --list.")
    if undo:
        _undo(as_json=as_json)
    elif listing:
        _list(as_json=as_json)
    else:
        _learn(files, name, cache_file, yes=yes, as_json=as_json, quiet=quiet)


def _learn(
    files: Sequence[Path],
    name: str | None,
    cache_file: Path | None,
    *,
    yes: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    # Imported here: SciPy takes longer to import than the help to print.
    from shotlog.learning.corrections import read_corrections

    console = terminal(stderr=as_json, quiet=quiet)
    corrections = read_corrections(files)
    named = name or _name_of(corrections)
    ProfileStore().file(named)  # a name that no profile can have is told before the work
    learned = _try(corrections, named, cache_file, console)
    if not as_json:
        terminal().print(learned_view(learned))
    found = bool(learned.profile.analyzers)
    applied = found and _agreed(yes=yes)
    if applied:
        ProfileChoices().choose(learned.profile)
    if as_json:
        print_json(learned_facts(learned, applied=applied))
    learned.check()
    _tell_use(learned.profile, applied=applied)


def _try(
    corrections: Corrections, name: str, cache_file: Path | None, console: Console
) -> LearnedProfile:
    """Learn a profile; measure the media of corrections again where that can help."""
    from shotlog.engine import EngineOptions, select_analyzers
    from shotlog.learning.profiles import HeadEvidence, gather_labels, learn_profile
    from shotlog.media.cuts import CUT_FINDERS

    analyzers = select_analyzers("auto", (), "auto", "auto").analyzers
    gathered = gather_labels(corrections, analyzers, ProfileChoices().find)
    evidence = HeadEvidence(gathered.shots)
    if evidence.readers:
        size = load_settings().settings.storage.cache_size
        with OwnEngine(cache_file, size=size) as engine:
            edit, problems = evidence.edit(engine.probe_cache)
            options = EngineOptions(cuts=CUT_FINDERS.choose("off"))
            log = engine.measure(edit, evidence.readers, console, options)
        show_problems(terminal(stderr=True), (*problems, *log.problems), ())
    return learn_profile(name, evidence.shots(), gathered.left_out)


def _agreed(*, yes: bool) -> bool:
    """Return True where the user wants the profile to be used."""
    if yes or not sys.stdin.isatty():
        return yes
    return click.confirm("Use this profile from now on?", err=True)


def _tell_use(profile: EditorProfile, *, applied: bool) -> None:
    if not applied:
        hint = "" if sys.stdin.isatty() else "; to put it to use, give --yes"
        say(f"nothing was changed{hint}", stderr=True)
        return
    say(f"{profile.id} is in use from now on; take it back with: shotlog learn --undo", stderr=True)
    _tell_other_choice(profile.name)


def _tell_other_choice(name: str) -> None:
    """Tell where the environment or a project chooses another profile here."""
    loaded = load_settings(Path.cwd())
    if loaded.settings.analysis.profile != name:
        say(f"but here another one wins: {loaded.origin(PROFILE_SETTING).place}", stderr=True)


def _undo(*, as_json: bool) -> None:
    undone = ProfileChoices().undo()
    if as_json:
        print_json({"undone": undone.model_dump(mode="json") if undone else None})
    elif undone is None:
        say("there is nothing to undo: no profile was put to use by shotlog learn")
    elif undone.changed_since:
        say(f"{undone.choice.chosen} was not in use any more; the setting stays as it is")
    else:
        before = undone.choice.setting
        now = f"{before} is in use again" if before else "no profile is in use"
        say(f"{undone.choice.chosen} is no longer in use; {now}")


def _list(*, as_json: bool) -> None:
    store, chosen = ProfileStore(), load_settings(Path.cwd()).settings.analysis.profile
    if as_json:
        print_json([
            {"id": each.id, "file": str(store.file(each.name)), "in_use": each.name == chosen,
             "profile": each.model_dump(mode="json")}
            for each in store.list()
        ])  # fmt: skip
    else:
        terminal().print(profiles_view(store.list(), chosen))
    show_problems(terminal(stderr=True), store.problems(), ())


def _name_of(corrections: Corrections) -> str:
    """Return the name of the one editor, as a profile can have it."""
    editors = {each.editor for each in corrections}
    only = editors.pop() if len(editors) == 1 else ""
    return re.sub(r"[^a-z0-9]+", "-", only.lower()).strip("-") or _NAME
