"""``shotlog upload``: send a finished file to a target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from shotlog.cli.options import json_option
from shotlog.cli.output import SafeLine, print_json, say, terminal
from shotlog.schema import UploadNotAgreed, UploadTargetError

if TYPE_CHECKING:
    from shotlog.delivery.upload import UploadDetails, UploadPlan, UploadTarget

_LIST: Final = "list"
_SESSIONS: Final = "sessions"


@click.command()
@click.argument("file", metavar="FILE|sessions", required=False)
@click.option(
    "--to",
    "target_text",
    metavar="TARGET[:KEY=VALUE,...]",
    help="youtube, folder:path=FOLDER, s3:bucket=NAME; 'list' shows all with their parameters.",
)
@click.option("--title", default="", help="Title of the video; YouTube needs one.")
@click.option("--description", default="", metavar="TEXT", help="Its description.")
@click.option("--tags", default="", metavar="A,B,...", help="Its key words.")
@click.option(
    "--privacy",
    type=click.Choice(["private", "unlisted", "public"]),
    default="private",
    show_default=True,
    help="The people who may see it.",
)
@click.option("--base-url", metavar="URL", help="Another address of YouTube's service.")
@click.option(
    "--profile",
    default="web",
    show_default=True,
    metavar="NAME|FILE",
    help="Profile of quality control that the file must pass.",
)
@click.option("--force", is_flag=True, help="Send a file that has not passed quality control.")
@click.option("--yes", is_flag=True, help="Send it without a question.")
@click.option(
    "--sign-in",
    "client",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CLIENT.json",
    help="Sign in at YouTube in the browser, and stop; with the client of your project at Google.",
)
@click.option("--sign-out", is_flag=True, help="Forget the account at YouTube, and stop.")
@click.option("--forget", metavar="KEY", help="Forget an upload that 'sessions' lists, and stop.")
@json_option
def upload(
    file: str | None, target_text: str | None, title: str, description: str, tags: str,
    privacy: str, base_url: str | None, profile: str, force: bool, yes: bool, client: Path | None,
    sign_out: bool, forget: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Send a finished file to YouTube, a folder, or a bucket of S3.

    Before anything is sent you see the file, its length, title, target, account and privacy, and
    the verdict of quality control, and are asked. The verdict is that of qc.json beside the file,
    if it is about this content; else the file is checked now. Videos are private unless you say
    otherwise.

    Lost connections are mended. After a crash, kill or Ctrl-C the same command goes on where it
    stopped, and never makes a second video; once the file is there, it sends nothing. A file that
    changed since is refused.

    \b
    shotlog upload --to youtube --sign-in client.json             # once
    shotlog upload clip.mp4 --to youtube --title "A harbour"
    shotlog upload clip.mp4 --to folder:path=/mnt/delivery
    shotlog upload clip.mp4 --to s3:bucket=clips,endpoint=http://minio:9000
    shotlog upload sessions                                       # begun and finished ones
    shotlog upload sessions --forget KEY                          # to send it anew

    Tokens are kept in the keyring of the system, never in a file.

    Exit codes: 0: it is there. 1: failed, or nobody agreed, with the reason. 130: stopped by
    Ctrl-C.
    """
    if target_text == _LIST:
        from shotlog.delivery.upload import UPLOAD_TARGETS

        for line in UPLOAD_TARGETS.describe():
            say(SafeLine(line))
        return
    if file == _SESSIONS or forget:
        _show_sessions(forget, as_json=as_json)
        return
    if target_text is None:
        raise click.UsageError("Give the target: --to youtube, folder:path=..., s3:bucket=...")
    target = _target(target_text, base_url)
    if client is not None or sign_out:
        _change_account(target, client)
        return
    if file is None:
        raise click.UsageError("Give the file to send.")
    from shotlog.delivery.upload import Privacy, UploadDetails

    details = UploadDetails(
        title=title,
        description=description,
        tags=tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
        privacy=Privacy(privacy),
    )
    _send(Path(file), target, details, profile, force=force, yes=yes, as_json=as_json)


def _send(
    file: Path, target: UploadTarget, details: UploadDetails, profile: str, *, force: bool,
    yes: bool, as_json: bool,
) -> None:  # fmt: skip
    from shotlog.cli.delivery.upload_views import UploadBars, plan_json, plan_table
    from shotlog.delivery.upload import carry_out, plan_upload

    console = terminal(stderr=True)
    bars = UploadBars(console)
    plan = plan_upload(file, target, details, profile=None if force else profile, progress=bars)
    console.print(plan_table(plan))
    agreed = yes or bool(plan.session.place) or _ask(plan, force=force)
    done = carry_out(plan, agreed=agreed, force=force, progress=bars)
    if as_json:
        print_json({**plan_json(plan), **done.model_dump(mode="json")})
        return
    word = "sent" if done.sent else "there already, nothing was sent"
    say(SafeLine.assemble((f"{word}: ", "green"), (done.place, "bold")))


def _ask(plan: UploadPlan, *, force: bool) -> bool:
    """Ask for consent; files that have not passed are refused without a question."""
    if not force and (plan.verdict is None or not plan.verdict.passed):
        return False
    try:
        return click.confirm(f"Send it to {plan.target.name}?", err=True)
    except click.Abort:  # nobody is there to answer
        raise UploadNotAgreed(str(plan.file.path)) from None


def _target(text: str, base_url: str | None) -> UploadTarget:
    from shotlog.delivery.upload import UPLOAD_TARGETS

    target = UPLOAD_TARGETS.choose(text)
    if base_url is None:
        return target
    if "base_url" not in type(target).model_fields:
        raise click.UsageError("--base-url is for youtube; s3 has the parameter endpoint.")
    return target.model_copy(update={"base_url": base_url})


def _change_account(target: UploadTarget, client: Path | None) -> None:
    from shotlog.delivery.upload import YoutubeTarget

    if not isinstance(target, YoutubeTarget):
        hint = "Only youtube keeps an account: see docs/upload.md."
        raise UploadTargetError(target.name, "there is nothing to sign in to", hint)
    if client is None:
        target.sign_out()
        say(SafeLine("signed out"))
        return
    say(SafeLine("waiting for your answer in the browser"), stderr=True)
    say(SafeLine(f"signed in: {target.sign_in(client)}"))


def _show_sessions(forget: str | None, *, as_json: bool) -> None:
    from shotlog.cli.delivery.upload_views import session_json, session_table
    from shotlog.delivery.upload import UploadSession, UploadSessions

    kept = UploadSessions()
    if forget is not None:
        if not kept.forget(forget):
            raise click.UsageError(f"There is no upload '{forget}'; see: shotlog upload sessions.")
        say(SafeLine(f"forgot {forget}"))
        return
    found: Sequence[UploadSession] = kept.all()
    if as_json:
        print_json([session_json(each) for each in found])
        return
    terminal().print(session_table(found) if found else SafeLine("no upload was begun"))
