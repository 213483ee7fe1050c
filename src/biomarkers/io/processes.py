"""Whether a process still lives, by its number on this machine and when it began."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BOOT = Path("/proc/sys/kernel/random/boot_id")


def this() -> dict[str, Any]:
    """What this process is known by: host, number, and its beginning, since numbers are given again."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "born": _born(os.getpid())}


def lives(known: Mapping[str, Any]) -> bool | None:
    """Whether a process that `this` told of still lives; None where that cannot be seen from here.

    >>> lives(this()), lives(this() | {"born": "before"}), lives(this() | {"host": "elsewhere"})
    (True, False, None)
    """
    if known.get("host") != socket.gethostname() or not known.get("born") or not BOOT.exists():
        return None
    return bool(_born(int(known["pid"])) == known["born"])


def hear_interrupts() -> None:
    """Let SIGINT stop this process also where a shell script began it in the background, and so has it ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_interrupts() -> None:
    """Let SIGINT end what this process has started, and not this process itself."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _born(pid: int) -> str | None:
    """The boot and the tick at which a process began (proc(5), /proc/PID/stat, field 22); a dead one has none."""
    try:
        cells = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = BOOT.read_text("utf-8").strip()
    except OSError:
        return None
    return None if cells[0] in "ZX" else f"{boot} {cells[19]}"
