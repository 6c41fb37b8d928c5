"""Profiles that were put to use in the user's settings, so that each can be undone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from shotlog.files import output_errors, replace_file
from shotlog.paths import PROFILES_VARIABLE, config_file, explain_os_error, profiles_folder
from shotlog.profiles import ProfileStore
from shotlog.schema import Model
from shotlog.schema.learning import EditorProfile, ProfileUnusable
from shotlog.settings.editing import set_value, unset_value
from shotlog.settings.files import read_file
from shotlog.settings.keys import Key

PROFILE_SETTING: Final[Key] = ("analysis", "profile")
"""The setting that chooses a profile."""

_FILE: Final = "choices"
"""Name of the file, beside the profiles; without their suffix, so that it is not taken for one."""


class ProfileChoice(Model):
    """A profile that was put to use, and what there was before.

    Attributes:
        chosen: Id of the profile.
        setting: The setting before, in the user's own file; None where it was not set.
        replaced: The profile that had the same name before; None where none had.
    """

    chosen: str
    setting: str | None = None
    replaced: EditorProfile | None = None

    @property
    def name(self) -> str:
        """Name of the profile that was put to use."""
        return self.chosen.partition("@")[0]


class UndoneChoice(Model):
    """A choice that was taken back.

    Attributes:
        choice: The choice.
        changed_since: True where the setting names another profile by now, and was left.
    """

    choice: ProfileChoice
    changed_since: bool


_CHOICES = TypeAdapter(tuple[ProfileChoice, ...])


class ProfileChoices:
    """The profiles that were put to use, the latest last."""

    def __init__(self) -> None:
        self._store = ProfileStore()

    def choose(self, profile: EditorProfile) -> Path:
        """Keep a profile, and choose it in the user's settings; comments there stay.

        The choice is written down first, so that an interruption leaves nothing that
        :meth:`undo` does not know.

        Returns:
            The settings file.

        Raises:
            ProfileUnusable: No profile can have this name, or the list of choices is damaged.
            SettingsError: The settings file has a fault.
            OutputNotWritable: A file cannot be written.
        """
        choice = ProfileChoice(
            chosen=profile.id, setting=_setting(), replaced=self._known(profile.name)
        )
        self._write((*self._read(), choice))
        self._store.write(profile)
        set_value(config_file(), PROFILE_SETTING, profile.name)
        return config_file()

    def undo(self) -> UndoneChoice | None:
        """Take back the latest choice: the setting, and the profile that had the same name.

        A setting that names another profile by now is left.

        Returns:
            The choice; None where there is none.

        Raises:
            ProfileUnusable: The list of choices is damaged.
            SettingsError: The settings file has a fault.
            OutputNotWritable: A file cannot be written.
        """
        *earlier, latest = self._read() or (None,)
        if latest is None:
            return None
        changed = _setting() not in (latest.name, latest.setting)
        if not changed and latest.setting is None:
            unset_value(config_file(), PROFILE_SETTING)
        elif not changed and latest.setting is not None:
            set_value(config_file(), PROFILE_SETTING, latest.setting)
        if latest.replaced is not None and self._is_there(latest.chosen):
            self._store.write(latest.replaced)
        self._write(tuple(choice for choice in earlier if choice))
        return UndoneChoice(choice=latest, changed_since=changed)

    def find(self, profile: str) -> EditorProfile | None:
        """Return a profile by its id, also one that was replaced; None where it is not here."""
        if self._is_there(profile):
            return self._store.load(profile)
        replaced = (choice.replaced for choice in self._read())
        return next((each for each in replaced if each and each.id == profile), None)

    def _is_there(self, profile: str) -> bool:
        known = self._known(profile.partition("@")[0])
        return known is not None and known.id == profile

    def _known(self, name: str) -> EditorProfile | None:
        """Return the profile of a name; None for none, or a damaged one."""
        self._store.file(name)
        try:
            return self._store.find(name)
        except ProfileUnusable:
            return None

    def _read(self) -> tuple[ProfileChoice, ...]:
        try:
            return _CHOICES.validate_json(self._file().read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            why, hint = explain_os_error(error, self._file(), PROFILES_VARIABLE, "")
            raise ProfileUnusable(str(self._file()), f"it cannot be read: {why}", hint) from error
        except ValidationError as error:
            message = "the list of profiles that were put to use is damaged"
            hint = "Remove it. To use no profile: shotlog config unset analysis.profile."
            raise ProfileUnusable(str(self._file()), message, hint) from error

    def _write(self, choices: tuple[ProfileChoice, ...]) -> None:
        file = self._file()
        with output_errors(file, f"Free some room, or name another folder in {PROFILES_VARIABLE}."):
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, _CHOICES.dump_json(choices, indent=1))

    def _file(self) -> Path:
        return profiles_folder() / _FILE


def _setting() -> str | None:
    """Return the profile in the user's own settings file; None where it sets none."""
    file = read_file(config_file())
    section = file.data.get(PROFILE_SETTING[0]) if file else None
    value = section.get(PROFILE_SETTING[1]) if isinstance(section, dict) else None
    return value if isinstance(value, str) else None
