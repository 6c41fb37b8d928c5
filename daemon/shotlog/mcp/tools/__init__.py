"""The tools of the server. A new tool is a module here and a member of :data:`TOOLS`."""

from shotlog.mcp.tools.catalog import TOOLS
from shotlog.mcp.tools.contract import Answer, Tool

__all__ = ["TOOLS", "Answer", "Tool"]
