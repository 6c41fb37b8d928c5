"""The daemon process: ``python -m shotlog.service.daemon``."""

import sys

from shotlog.service.daemon.process import main

sys.exit(main())
