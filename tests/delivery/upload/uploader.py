"""A process that sends a file to the double of YouTube; for tests that kill it.

python -m tests.delivery.upload.uploader URL FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import keyring

from shotlog.delivery.upload import UploadDetails, YoutubeTarget, upload
from tests.delivery.upload.youtube_service import sign_in
from tests.providers.keyrings import MemoryKeyring

if __name__ == "__main__":
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    url = sys.argv[1]
    sign_in(ring, url)
    target = YoutubeTarget(base_url=url, parts=1)
    upload(Path(sys.argv[2]), target, UploadDetails(title="Harbour"), agreed=True, force=True)
