"""A daemon that only answers `pong`: a complete start, without a broker.

It adds a dot to the file `started`; the process that acquires the lock writes its process id into
the file `lived`.

python stand_in.py CONTEXT [die | refuse | stay-silent | fall-N | PROTOCOL-MAJOR]

With stay-silent it reports nothing, and ends when there is a file `enough` in its folder.
With fall-N it becomes ready, and dies at the Nth message, handshakes included.
"""

from __future__ import annotations

import os
import sys
import time
import uuid

import zmq

from shotlog import __version__
from shotlog.service.protocol import PROTOCOL
from shotlog.service.runtime import (
    AlreadyRunning,
    ConnectionInfo,
    DaemonPaths,
    StartupReport,
    daemonize,
    send_startup_report,
    single_instance,
    write_connection,
)
from shotlog.service.security import ZapAuthenticator, listen

LONGEST_SILENCE = 1200.0
"""Seconds; twice the time that a test may take (`timeout` in pyproject.toml)."""


def main(context: str, how: str = "") -> None:
    if how == "die":
        sys.exit("the stand-in cannot live like this")
    daemonize()
    if how == "stay-silent":
        ends = time.monotonic() + LONGEST_SILENCE
        while not DaemonPaths(context).folder.joinpath("enough").exists():
            if time.monotonic() > ends:
                break
            time.sleep(0.02)
        return
    if how == "refuse":
        send_startup_report(StartupReport(state="error", words="the stand-in does not want to"))
        return
    places = DaemonPaths(context)
    with places.folder.joinpath("started").open("a") as started:
        started.write(".")
    try:
        with single_instance(places):
            with places.folder.joinpath("lived").open("a") as lived:
                lived.write(f"{os.getpid()}\n")
            if how.startswith("fall-"):
                serve(places, PROTOCOL[0], falls=int(how.removeprefix("fall-")))
            else:
                serve(places, int(how or PROTOCOL[0]))
    except AlreadyRunning:
        send_startup_report(StartupReport(state="already-running"))


def serve(places: DaemonPaths, major: int, falls: int = -1) -> None:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    gate = ZapAuthenticator(context, places)
    socket = context.socket(zmq.ROUTER)
    gate.secure(socket)
    endpoint = listen(socket)
    write_connection(places, connection(endpoint, gate.public_key, major))
    send_startup_report(StartupReport(state="ready"))
    poller = zmq.Poller()
    poller.register(gate.socket, zmq.POLLIN)
    poller.register(socket, zmq.POLLIN)
    while True:
        if not falls:
            sys.stderr.write("the stand-in fell\n")
            sys.stderr.flush()
            os._exit(3)
        poller.poll()
        falls -= 1
        if not falls:
            continue
        gate.answer_handshakes()
        while socket.poll(0):
            client, *_ = socket.recv_multipart()
            socket.send_multipart([client, b"pong"])


def connection(endpoint: str, server_key: str, major: int = PROTOCOL[0]) -> ConnectionInfo:
    return ConnectionInfo(
        protocol=(major, 0),
        endpoint=endpoint,
        pid=os.getpid(),
        boot=uuid.uuid4().hex,
        started=time.time(),
        server_key=server_key,
        executable=sys.executable,
        version=__version__,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
