"""A double of Thinkbox Deadline's ``deadlinecommand``: it knows the keys below, and runs a job.

Keys by "Manual Job Submission" of the user manual of Deadline 10; replacement of words in ``<>`` as
the plugin CommandLine does it. Workers on Linux split arguments by GLib, those on Windows by the
rules of Windows: here both are applied, and must agree.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

JOB_KEYS = {
    "Plugin", "Name", "BatchName", "Frames", "ChunkSize", "MachineLimit", "Pool", "Group",
    "Priority", "JobDependencies", "ResumeOnFailedDependencies",
}  # fmt: skip
PLUGIN_KEYS = {"Executable", "Arguments", "SingleFramesOnly", "ShellExecute", "Shell"}


def read_info(path: str, keys: set[str]) -> dict[str, str]:
    """Return the lines of an info file by key."""
    found: dict[str, str] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, sign, value = line.partition("=")
        if not sign or key not in keys or key in found:
            sys.exit(f"Error: {path}: this line is wrong: {line}")
        found[key] = value.strip()
    return found


def split_windows(text: str) -> list[str]:
    """Return arguments as CommandLineToArgvW splits them."""
    words, word, quoted, begun, slashes = [], "", False, False, 0
    for sign in [*text, None]:
        if sign == "\\":
            slashes, begun = slashes + 1, True
            continue
        if sign == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            begun = True
        else:
            word += "\\" * slashes
            if sign is None or (sign in " \t" and not quoted):
                if begun:
                    words.append(word)
                word, begun = "", False
            else:
                word, begun = word + sign, True
        slashes = 0
    return words


def split_glib(text: str) -> list[str]:
    """Return arguments as g_shell_parse_argv splits those that it need not refuse."""
    words, word, begun, position = [], "", False, 0
    while position < len(text):
        sign = text[position]
        position += 1
        if sign == '"':
            begun = True
            while text[position] != '"':
                if text[position] == "\\" and text[position + 1] in '$`"\\\n':
                    position += 1
                word += text[position]
                position += 1
            position += 1
        elif sign in " \t\n":
            if begun:
                words.append(word)
            word, begun = "", False
        elif sign in "'\\#":
            sys.exit(f"Error: this reading of {sign} is not in the double")
        else:
            word, begun = word + sign, True
    return [*words, word] if begun else words


def replace_words(text: str, frame: int) -> str:
    """Return arguments with the words in ``<>`` replaced."""
    for word in ("STARTFRAME", "ENDFRAME"):
        text = text.replace(f"<{word}>", str(frame))
        text = re.sub(f"<{word}%([0-9]+)>", lambda n: str(frame).zfill(int(n[1])), text)
    return text.replace("<QUOTE>", '"')


def numbers(frames: str) -> list[int]:
    """Return the frames of a list such as ``1-3,7``."""
    found: list[int] = []
    for part in frames.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def main() -> int:
    """Run a job, a task for each frame."""
    job, plugin = read_info(sys.argv[1], JOB_KEYS), read_info(sys.argv[2], PLUGIN_KEYS)
    jobs = Path(os.environ["HOME"], "deadline-jobs")
    known = jobs.read_text().splitlines() if jobs.exists() else []
    if job["Plugin"] != "CommandLine" or job.get("ChunkSize", "1") != "1":
        sys.exit("Error: no such plugin, or several frames to a task")
    if "JobDependencies" in job and job["JobDependencies"] not in known:
        sys.exit(f"Error: no such job: {job['JobDependencies']}")
    for frame in numbers(job["Frames"]):
        text = replace_words(plugin["Arguments"], frame)
        words = split_windows(text)
        if words != split_glib(text):
            sys.exit(f"Error: Windows and Linux read this differently: {text}")
        subprocess.run([plugin["Executable"], *words])
    name = f"5f3e{len(known):020}"
    with jobs.open("a") as file:
        file.write(f"{name}\n")
    print(f"Deadline Command 10.4\r\n\r\nResult=Success\r\nJobID={name}\r\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
