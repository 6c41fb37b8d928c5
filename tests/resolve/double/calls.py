"""Tells from the bytecode of a caller that it calls the value it has just got.

An unknown attribute of a handle is None, as in Resolve, so the call itself cannot be seen; the
instruction that asked for the attribute and those after it can.
"""

import dis
from types import CodeType, FrameType
from typing import Dict, List

_CACHE: Dict[CodeType, List[dis.Instruction]] = {}
_SILENT = ("CACHE", "EXTENDED_ARG", "NOP", "PRECALL", "KW_NAMES", "RESUME")
_JUMPS = set(dis.hasjrel) | set(dis.hasjabs)


def is_called(frame: FrameType) -> bool:
    """Return whether the value that the frame's present instruction gives is called next."""
    instructions = _instructions(frame.f_code)
    at = next((i for i, each in enumerate(instructions) if each.offset == frame.f_lasti), None)
    if at is None:
        return False
    asked = instructions[at]
    if asked.opname in ("LOAD_METHOD", "LOAD_ATTR_METHOD") or (
        asked.opname == "LOAD_ATTR" and "NULL|self" in (asked.argrepr or "")
    ):
        return True
    return _called_later(instructions[at + 1 :])


def _called_later(instructions: "List[dis.Instruction]") -> bool:
    above = 0  # what lies over our value on the stack
    for each in instructions:
        if each.opname in _SILENT:
            continue
        if each.opname == "PUSH_NULL" and above == 0:  # 3.13 puts it over the value to call
            continue
        taken = _taken_by_call(each)
        if taken is not None and taken == above:
            return True
        if each.opcode in _JUMPS or above + _effect(each) < 0 or each.opname.startswith("STORE"):
            return False
        above += _effect(each)
        if above == 0 and not each.opname.startswith(("LOAD", "CALL")):
            return False
    return False


def _effect(each: dis.Instruction) -> int:
    return dis.stack_effect(each.opcode, each.arg if each.opcode >= dis.HAVE_ARGUMENT else None)


def _taken_by_call(each: dis.Instruction) -> "object":
    if each.opname in ("CALL_FUNCTION", "CALL"):
        return each.arg
    if each.opname in ("CALL_FUNCTION_KW", "CALL_KW"):
        return (each.arg or 0) + 1
    if each.opname == "CALL_FUNCTION_EX":
        return 1 + ((each.arg or 0) & 1)
    return None


def _instructions(code: CodeType) -> "List[dis.Instruction]":
    if code not in _CACHE:
        _CACHE[code] = list(dis.get_instructions(code))
    return _CACHE[code]
