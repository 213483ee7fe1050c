"""A run that a script began in the background can be stopped as its messages say."""

from __future__ import annotations

import signal
import subprocess
import sys

WAITS = """
import time
from biomarkers.io import processes
processes.hear_interrupts()
print("up", flush=True)
time.sleep(60)
"""


def test_an_ignored_interrupt_is_heard_again():
    """A shell without job control has SIGINT ignored in what it starts with `&` (POSIX, 2.11)."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as background:
        assert background.stdout.readline() == b"up\n"
        background.send_signal(signal.SIGINT)
        assert background.wait(50) != 0
