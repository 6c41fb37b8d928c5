"""All tools of the server."""

from __future__ import annotations

from shotlog.mcp.tools.analyze import AnalyzeTool
from shotlog.mcp.tools.contract import Tool
from shotlog.mcp.tools.coverage import CoverageTool
from shotlog.mcp.tools.find import FindTool
from shotlog.mcp.tools.make_selects import MakeSelectsTool
from shotlog.mcp.tools.shots import ShotsTool
from shotlog.mcp.tools.thumbnails import ThumbnailsTool
from shotlog.mcp.tools.write_markers import WriteMarkersTool

TOOLS: tuple[type[Tool], ...] = (
    AnalyzeTool,
    ShotsTool,
    ThumbnailsTool,
    CoverageTool,
    FindTool,
    MakeSelectsTool,
    WriteMarkersTool,
)
"""Every tool, in the order of the list that clients get."""
