"""Garbage from clients that are let in, and from whoever finds the port: the daemon serves on."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from typing import Any

from shotlog.service.protocol import BadMessage, ErrorCode, Ping, Pong, Refused, unpack_request
from shotlog.service.security import HANDSHAKE_MS
from tests.faults.machine import Machine, answered_after
from tests.faults.raw import GOLDEN, golden, raw
from tests.faults.size import Size
from tests.waiting import wait_for

BODIES = 3_000
AT_ONCE = 100
CONNECTIONS, LEFT_OPEN = 400, 200
HELLO_S = 0.5
"""Seconds in which half of a client's questions are answered, whatever others send; single answers
come late on a machine that others use."""

RESIDENT_MB = 4.0
"""So much may the broker keep of it; it was 1.0 and 0.6 (n=1 each) where nothing is kept but what
the allocator holds back."""

VALUES: list[Any] = [
    None, True, -1, 2**63, 10**400, 1e308, "", "\ud800", "x" * 5000, [], {}, [[[]]],
    {"type": "submit"},
]  # fmt: skip

FIRST_WORDS = [
    b"",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"SSH-2.0-OpenSSH_9.7\r\n",
    b"\xff\0\0\0\0\0\0\0\x01\x7f",
    b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0CURVE" + bytes(48),
    b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL" + bytes(49) + b"\x04\x26\x05READY" + bytes(32),
    b"\xff" * 200,
    bytes(4096),
]
"""HTTP, TLS, SSH, greetings of ZMTP 3.0 that end too soon or want another mechanism, noise."""


def nested(depth: int) -> bytes:
    """JSON of so many lists in each other."""
    return b'{"type":"ping","x":' + b"[" * depth + b"]" * depth + b"}"


def mutant(chance: random.Random) -> list[bytes]:
    """Something that is nearly a message, or nothing like one."""
    path = chance.choice(sorted(GOLDEN.glob("*/*.json")))
    frames = golden(path.parent.name, path.stem)
    which = chance.randrange(len(frames))
    match chance.randrange(10):
        case 0:
            damaged = bytearray(frames[which])
            for _ in range(chance.randint(1, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            frames[which] = bytes(damaged)
        case 1:
            frames[which] = frames[which][: chance.randrange(len(frames[which]))]
        case 2:
            fields = json.loads(frames[2])
            fields[chance.choice([*fields, "new"])] = chance.choice(VALUES)
            frames[2] = json.dumps(fields).encode("utf-8", "surrogatepass")
        case 3:
            frames[2] = nested(chance.choice([10, 1_000, 50_000]))
        case 4:
            frames[which] = chance.randbytes(chance.randrange(2_000))
        case 5:
            frames[2] = b'{"type":"results","job":"' + b"a" * 32 + b'","part":' + b"9" * 5000 + b"}"
        case 6:
            frames[1] = golden("v1", "ping")[1][:-1] + b',"protocol":[%d,0]}' % chance.choice(
                [0, 2, 9]
            )
        case 7:
            frames[1] = b" " * 5000 + frames[1]
        case 8:
            frames[2] = b'{"type":"attach","job":"\\ud800' + b"\xed\xa0\x80" + b'"}'
        case _:
            frames = [chance.randbytes(chance.randrange(50)) for _ in range(chance.randrange(1, 9))]
    return frames


def garbage(count: int) -> Iterator[list[bytes]]:
    """So many letters that are no requests, always the same."""
    chance = random.Random(3)  # noqa: S311
    while count:
        frames = mutant(chance)
        try:
            unpack_request(frames)
        except BadMessage:
            count -= 1
            yield frames


def test_three_thousand_garbage_letters_are_refused_in_words(machine: Machine) -> None:
    machine.start()
    with machine.client(start=False) as other, raw(machine.paths) as client:
        letters = list(garbage(BODIES))
        for frames in letters[:AT_ONCE]:  # so that what is loaded once is not counted
            client.send(frames)
            client.receive()
        before, waits = Size(machine.broker), []
        codes = set()
        for first in range(0, BODIES, AT_ONCE):
            some = letters[first : first + AT_ONCE]
            for frames in some:
                client.send(frames)
            waits.append(answered_after(other))
            for frames in some:
                reply = client.hear()
                assert isinstance(reply, Refused), frames
                assert reply.failure.message
                codes.add(reply.failure.code)
        assert isinstance(client.ask(Ping()), Pong)
        after = Size(machine.broker)
        assert other.reconnects == 0
    assert codes == {ErrorCode.BAD_MESSAGE, ErrorCode.TOO_LARGE, ErrorCode.PROTOCOL_MISMATCH}
    assert median(waits) < HELLO_S
    assert after.descriptors == before.descriptors
    assert after.megabytes - before.megabytes < RESIDENT_MB
    machine.figures.measured["3,000 garbage letters"] = (
        f"{after - before}; another client answered within {1000 * max(waits):.0f} ms"
    )


def test_four_hundred_raw_connections_are_cut_and_forgotten(machine: Machine) -> None:
    port = int(machine.start().endpoint.rpartition(":")[2])
    with machine.client(start=False) as client, ExitStack() as left_open:
        before = Size(machine.broker)
        for number in range(CONNECTIONS):
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(FIRST_WORDS[number % len(FIRST_WORDS)])
            if number < LEFT_OPEN:
                left_open.enter_context(one)
            else:
                one.close()
        waits = [answered_after(client) for _ in range(10)]
        assert median(waits) < HELLO_S
        assert Size(machine.broker).descriptors > before.descriptors, "they are there"
        with machine.recovery("400 raw connections"):
            wait_for(
                lambda: Size(machine.broker).descriptors <= before.descriptors,
                2 * HANDSHAKE_MS / 1000,
            )
        after = Size(machine.broker)
        machine.submit(client)
        machine.settle(client)
        assert client.reconnects == 0
    assert after.megabytes - before.megabytes < RESIDENT_MB
    assert machine.figures.sound
    machine.figures.measured["400 raw connections"] = after - before
