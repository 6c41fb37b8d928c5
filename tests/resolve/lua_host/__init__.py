"""Runs a Lua file against the double of Resolve, under a real Lua 5.1 or LuaJIT.

::

    double = Double(spec, version="21.1", edition="free")
    run = run_lua(double, Path("shotlog.lua"))              # as a file of the Scripts menu
    run = run_line(double, "dofile([[/abs/shotlog.lua]])")  # as a line pasted into the Console
    assert run.error is None
    assert run.printed == ["3 markers added"]

``sandbox`` is what the Lua of that Resolve lacks: "open" nothing; "closed" io, os, require,
package, debug, ffi and their like; "muted" the same, and print says nothing. Without it the edition
and version of the double decide. A violation of the double ends the Lua process and is raised here;
calling a method that is nil is recorded, even inside ``pcall``.
"""

from tests.resolve.lua_host.host import INTERPRETERS, LuaRun, interpreter, run_line, run_lua

__all__ = ["INTERPRETERS", "LuaRun", "interpreter", "run_line", "run_lua"]
