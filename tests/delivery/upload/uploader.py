"""``shotlog upload`` to the double of YouTube as a process of its own; for tests that kill it.

python -m tests.delivery.upload.uploader URL FILE
"""

from __future__ import annotations

import sys

import keyring

from shotlog.cli import main
from tests.delivery.upload.youtube_service import sign_in
from tests.providers.keyrings import MemoryKeyring

if __name__ == "__main__":
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    _, url, file = sys.argv
    sign_in(ring, url)
    target = f"youtube:base_url={url},parts=1"
    sys.argv = ["shotlog", "upload", file, "--to", target, "--title", "Harbour", "--force", "--yes"]
    main()
