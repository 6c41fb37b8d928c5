"""``shotlog remote``: add, list, try and remove providers, and show what was paid."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click
from rich.table import Table

from shotlog.cli.options import ANY_PATH, json_option
from shotlog.cli.output import SafeLine, print_json, say, terminal
from shotlog.keyrings import forget_secret
from shotlog.models.catalog import Task
from shotlog.providers import (
    PROVIDERS,
    TASKS,
    AddedProvider,
    AddedProviders,
    Provider,
    SentRequests,
    Trial,
    consent_sentence,
    keep_token,
    make_provider,
    price_of,
    read_prices,
    read_token,
    token_variable,
    try_provider,
)
from shotlog.schema import ProviderRefused
from shotlog.settings import load_settings, project_folder

_SINCE = re.compile(r"(\d{1,5})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}


@click.group()
def remote() -> None:
    """Use models that run elsewhere, and show what was paid for them.

    They run at Replicate, on any Cog server, or behind a small contract over HTTP. Only 16 small
    pictures of each shot are sent, for camera moves of every two seconds of it, never a file, its
    path or its sound. See docs/remote.md for what is sent and what it costs.

    \b
    shotlog remote add studio --kind cog --url http://gpu-box:5000
    shotlog remote add replicate --model OWNER/NAME:VERSION
    shotlog analyze cut.otio --tier remote --provider studio --dry-run
    shotlog remote bill --since 30d
    """


@remote.command()
@click.argument("name")
@click.option("--kind", help="replicate, cog or http-json.  [default: NAME, if it is a kind]")
@click.option("--url", help="Address of the server; replicate has one.")
@click.option("--model", help="The model there: OWNER/NAME or OWNER/NAME:VERSION.")
@click.option(
    "--model-version", default="", help="Version of the model, for servers that do not tell it."
)
@click.option(
    "--task",
    "tasks",
    type=click.Choice([task.value for task in TASKS]),
    multiple=True,
    default=("size",),
    show_default=True,
    help="A question that it is to answer; may be given more than once. What the same answer tells"
    " as well is used, too.",
)
@click.option("--at-once", type=int, help="Most requests at the same time.  [default: 4]")
@click.option("--seconds", type=float, help="Longest time for an answer.  [default: 600]")
@click.option("--hardware", help="The machine there, for its listed price: t4.")
@click.option("--price", help="US dollars for a second, instead of the listed price.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
def add(
    name: str, kind: str | None, url: str | None, model: str | None, model_version: str,
    tasks: Sequence[str], at_once: int | None, seconds: float | None, hardware: str | None,
    price: str | None, token_stdin: bool,
) -> None:  # fmt: skip
    """Add a provider, or change the one of this name.

    A clip of a moving pattern is sent to it for each task, nothing of yours, to learn its models,
    their speed and their price. A token is asked for without showing it, and kept in the keyring of
    the system.
    """
    given = {
        "url": url, "model": model, "at_once": at_once, "seconds": seconds, "hardware": hardware,
        "price": price,
    }  # fmt: skip
    parameters = {key: value for key, value in given.items() if value is not None}
    chosen = kind or (name if name in PROVIDERS.by_name else "")
    if not chosen:
        raise click.UsageError(f"Give the kind: --kind {', --kind '.join(PROVIDERS.by_name)}.")
    _refuse_offline(name)
    provider = make_provider(chosen, parameters)
    token = _new_token(name, provider, from_stdin=token_stdin)
    known = token or read_token(name, provider)
    asked = [Task(task) for task in tasks]
    trial = try_provider(name, chosen, parameters, known, model_version, asked)
    if token:
        keep_token(name, token)
    AddedProviders().put(trial.added)
    _say_trial(trial)


@remote.command("list")
@json_option
def list_providers(as_json: bool) -> None:
    """List the providers, with what they answer, their models, speed and price."""
    added = AddedProviders().all()
    if as_json:
        print_json([{**each.model_dump(mode="json"), "price": str(_price(each))} for each in added])
        return
    table = Table("name", "kind", "address", "answers", "model", "seconds a clip", "$ a second")
    for each in added:
        for model in each.models:
            table.add_row(
                each.name, each.kind, each.provider.address, ", ".join(model.tasks),
                f"{model.model} {model.version[:12]}", f"{model.seconds:.2f}", f"{_price(each):f}",
            )  # fmt: skip
    terminal().print(table if added else SafeLine("none; add one with: shotlog remote add"))


@remote.command()
@click.argument("name")
def test(name: str) -> None:
    """Send the trial clip again, and note the models that answer now."""
    _refuse_offline(name)
    added = AddedProviders().find(name)
    token = read_token(name, added.provider)
    asked = [model.tasks[0] for model in added.models]
    version = added.models[0].version
    trial = try_provider(name, added.kind, added.parameters, token, version, asked)
    AddedProviders().put(trial.added)
    _say_trial(trial)


@remote.command()
@click.argument("name")
@click.argument("project", required=False, type=ANY_PATH)
def agree(name: str, project: Path | None) -> None:
    """Agree that pictures of a project are sent to a provider.

    For commands and programs that ask nobody: batch, watch, mcp, the bridge. PROJECT is a timeline
    or a folder; its project is the folder of its settings file, else its own. Without PROJECT, it
    is for timelines that programs send without naming one, as DaVinci Resolve does.
    """
    added = AddedProviders().find(name)
    folder = "" if project is None else str(project_folder(project))
    with SentRequests() as records:
        records.give_consent(folder, name, added.provider.address)
    say(SafeLine(f"agreed for {folder or 'programs that name no project'}:"))
    say(SafeLine(consent_sentence(added)))


@remote.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a provider, its token and the consent to it; what was paid stays in the bill."""
    AddedProviders().remove(name)
    forget_secret(name)
    with SentRequests() as records:
        records.withdraw_consent(name)
    say(SafeLine(f"removed {name}"))


@remote.command()
@click.option("--since", metavar="TIME", help="Only the last 24h, 30d or 4w.")
@json_option
def bill(since: str | None, as_json: bool) -> None:
    """Show what was answered and paid, for each project, provider and model."""
    with SentRequests() as records:
        lines = records.bill(time.time() - 3600 * _hours(since) if since else 0.0)
    if as_json:
        print_json([{**line._asdict(), "cost": str(line.cost)} for line in lines])
        return
    table = Table(
        "project", "provider", "model", "clips", "failed", "cancelled", "seconds", "US dollars"
    )
    for line in lines:
        table.add_row(
            line.project, line.provider, line.model, str(line.answered), str(line.failed),
            str(line.cancelled), f"{line.seconds:.1f}", f"{line.cost:.4f}",
        )  # fmt: skip
    console = terminal()
    console.print(table)
    total = sum((line.cost for line in lines), Decimal(0))
    console.print(SafeLine(f"together: ${total:.4f}", style="bold"))


def _new_token(name: str, provider: Provider, *, from_stdin: bool) -> str | None:
    """Return a token that is given now; None where none is needed, or one is there already."""
    if from_stdin:
        token = sys.stdin.readline().strip()
        if not token:
            raise ProviderRefused(name, "standard input has no token", "Give it as one line.")
        return token
    if not provider.needs_token or os.environ.get(token_variable(name)):
        return None
    if not sys.stdin.isatty():
        hint = f"Give it with --token-stdin, or in {token_variable(name)}."
        raise ProviderRefused(name, "it needs a token", hint)
    return str(click.prompt("Token", hide_input=True)).strip()


def _refuse_offline(name: str) -> None:
    if load_settings().settings.remote.offline:
        message = "nothing may be sent (the setting remote.offline)"
        raise ProviderRefused(name, message, "Allow it with: shotlog config unset remote.offline.")


def _price(added: AddedProvider) -> Decimal:
    return price_of(added.provider)


def _say_trial(trial: Trial) -> None:
    added, listed = trial.added, read_prices()
    provider = added.provider
    for model in added.models:
        asked = ", ".join(model.tasks)
        say(SafeLine(f"{added.name} answers {asked}: {model.model} {model.version}"))
        say(SafeLine(f"{model.seconds:.2f} s for a clip"))
    say(SafeLine(f"${trial.cost:.6f} for this trial"))
    if provider.price is None and provider.hardware:
        told = f"price of {provider.hardware}: ${_price(added):f} a second, {listed.date}"
        say(SafeLine(f"{told} ({listed.source}); change it with --price", "dim"))


def _hours(since: str) -> int:
    found = _SINCE.fullmatch(since)
    if found is None:
        raise click.BadParameter(f"'{since}' is not a time like 24h, 30d or 4w.")
    return int(found[1]) * _HOURS[found[2]]
