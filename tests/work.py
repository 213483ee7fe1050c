"""What tests give to other processes, which import it from here."""

from __future__ import annotations

import errno
import os
import signal

from biomarkers.io.folders import File


def text(path: str) -> File:
    """A file that holds its own name."""
    return File(path, "text", path.encode())


def made(*paths: str) -> list[File]:
    return [text(path) for path in paths]


def fails() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def is_killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
