"""How much of the machine a process holds."""

from __future__ import annotations

from pathlib import Path


class Size:
    """What a process holds of the machine, at this moment."""

    def __init__(self, pid: int) -> None:
        fields = Path(f"/proc/{pid}/status").read_text().splitlines()
        resident = next(line for line in fields if line.startswith("VmRSS"))
        self.megabytes = int(resident.split()[1]) / 1024
        self.descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))

    def __sub__(self, before: Size) -> str:
        """What has changed, in words."""
        return (
            f"{self.megabytes - before.megabytes:+.1f} MB resident, "
            f"{self.descriptors - before.descriptors:+d} descriptors"
        )
