"""What looks: one small class per question."""

import os

# From 1.31 on ONNX Runtime reports its use to its maker, from the moment it is imported, and keeps
# a database of it in the user's cache. What an editor looks at is nobody's business.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
