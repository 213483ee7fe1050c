"""A real Slurm on this machine: munged, slurmctld and slurmd as root in a folder, stopped by their process ids.

One node without accounting; what a site would have besides (cgroups, slurmdbd) is left out. A job that uses more
memory than it asked for is found by sampling (`JobAcctGather`) and killed, as on clusters without cgroups.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel")
SETTINGS = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1,defer_batch
MinJobAge=600
KillWait=2
UnkillableStepTimeout=10
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=20000 State=UNKNOWN
PartitionName=short Nodes={host} Default=YES MaxTime=UNLIMITED State=UP
PartitionName=closed Nodes={host} AllowGroups=nobody_at_all State=UP
"""


@dataclass
class Slurm:
    """A cluster of this machine alone. environment: what its commands need."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Settings in another place than Slurm's own; Snakemake's job steps keep the PATH, but no variable of Slurm."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"], "/usr/sbin", "/sbin"])
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}

    def start(self) -> str | None:
        """Start the daemons; the reason if that cannot be done on this machine."""
        if os.geteuid() != 0:
            return "Slurm is started as root here"
        if missing := [name for name in PROGRAMS if not shutil.which(name, path=self.environment["PATH"])]:
            return f"not installed: {', '.join(missing)} (envs/setup.sh slow)"
        self.folder.chmod(0o755)
        for name in ("state", "spool", "bin"):
            (self.folder / name).mkdir()
        step = self.folder / "bin" / "srun"
        step.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {shutil.which("srun")} "$@"\n')
        step.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        settings = SETTINGS.format(folder=self.folder, host=socket.gethostname(), ports=_free_ports(2))
        (self.folder / "slurm.conf").write_text(settings)
        munge = ("socket", "key-file", "pid-file", "log-file", "seed-file")
        places = [f"--{kind}={self.folder}/munge.{kind.removesuffix('-file')}" for kind in munge]
        self._daemon("munged", "--foreground", "--force", *places)
        self._daemon("slurmctld", "-D", "-f", f"{self.folder}/slurm.conf")
        self._daemon("slurmd", "-D", "-f", f"{self.folder}/slurm.conf")
        for _ in range(600):
            if "idle" in self("sinfo", "--noheader", "--format=%T"):
                return None
            time.sleep(0.1)
        return f"Slurm does not start: {self.said()}"

    def __call__(self, *command: str) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | self.environment)
        return done.stdout + done.stderr

    def stop(self) -> None:
        """End all jobs and the daemons."""
        if self.processes:
            self("scancel", "--user=root", "--full")
            for _ in range(100):
                if not self("squeue", "--noheader").strip():
                    break
                time.sleep(0.1)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes.clear()

    def said(self) -> str:
        """The last words of each daemon."""
        logs = sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out"))
        return " / ".join(f"{log.name}: {log.read_text(errors='replace')[-500:]}" for log in logs)

    def _daemon(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.out").open("wb") as out:
            environment = os.environ | self.environment
            process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment)
        self.processes.append(process)
        time.sleep(0.5)


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
