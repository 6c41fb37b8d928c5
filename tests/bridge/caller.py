"""Has Shotlog look at an edit and prints its markers: caller.py EDIT.json shotlog bridge"""

import json
import os
import sys
from subprocess import PIPE, Popen

HOSTS = ("PYTHONHOME", "PYTHONPATH", "PYTHONNOUSERSITE", "__PYVENV_LAUNCHER__", "LD_LIBRARY_PATH")


class Bridge:
    def __init__(self, command):
        kept = {name: value for name, value in os.environ.items() if name not in HOSTS}
        window = 0x08000000 if os.name == "nt" else 0  # CREATE_NO_WINDOW
        self.process = Popen(command, stdin=PIPE, stdout=PIPE, env=kept, creationflags=window)
        self.count = 0

    def send(self, kind, **fields):
        self.count += 1
        line = json.dumps(dict(fields, id=self.count, type=kind))
        self.process.stdin.write(line.encode("ascii") + b"\n")
        self.process.stdin.flush()
        return self.count

    def wait_for(self, mine, *kinds):
        for line in self.process.stdout:
            told = json.loads(line.decode("utf-8"))
            if told["id"] == mine and told["type"] in ("error", "failed"):
                raise RuntimeError("{message}. {hint}".format(**told))
            if told["id"] == mine and told["type"] in kinds:
                return told
        raise RuntimeError("the bridge has ended")


if __name__ == "__main__":
    bridge = Bridge(sys.argv[2:])
    bridge.wait_for(bridge.send("hello", bridge=1, client="caller.py"), "welcome")
    with open(sys.argv[1], encoding="utf-8") as file:
        job = bridge.send("analyze", edit=json.load(file))
    for marker in bridge.wait_for(job, "done")["found"]["markers"]:
        print("{frame} {duration} {colour} {name}".format(**marker))
    bridge.process.stdin.close()
    bridge.process.wait()
