"""Run a command that cannot outlive the process that started it.

Used as a small launcher (`command()` gives the argument list) and not as a `preexec_fn`, because Python code
between fork and exec is unsafe in a process with threads.
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


def command(
    arguments: Sequence[str | Path],
    on_parent_death: signal.Signals = signal.SIGKILL,
    *,
    not_as_root: Iterable[Path] | None = None,
) -> list[str]:
    """The argument list that runs `arguments` as a child which gets `on_parent_death` when its parent dies.

    The parent is the calling thread: on Linux the signal comes when that thread ends. Elsewhere none comes.
    `not_as_root`, for programs that refuse to run as root, names the folders that the program has to own.
    """
    folders = [f"--own={folder}" for folder in not_as_root] if not_as_root is not None else []
    if folders and os.geteuid() == 0:
        folders.append("--not-as-root")
    launcher = [sys.executable, "-I", "-S", __file__, str(int(on_parent_death)), str(os.getpid()), *folders]
    return [*launcher, "--", *map(str, arguments)]


def die_with_parent(on_parent_death: int, parent: int) -> None:
    """Ask the kernel to send this process `on_parent_death` when its parent, process id `parent`, dies."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, on_parent_death, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), on_parent_death)


def _leave_root(folders: Sequence[Path]) -> None:
    """Stop being root: in a user namespace if the kernel gives one (no file changes hands), else `nobody`."""
    nobody = pwd.getpwnam("nobody")
    _own(folders, 0, 0)
    if _enter_user_namespace(nobody.pw_uid):
        return
    _own(folders, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def _enter_user_namespace(inside: int) -> bool:
    """Appear as user `inside` while staying root to everything outside; False where that is refused."""
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None or unshare(CLONE_NEWUSER) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{inside} 0 1"), ("gid_map", f"{inside} 0 1")):
        Path("/proc/self", name).write_text(text)
    return True


def _own(folders: Sequence[Path], uid: int, gid: int) -> None:
    """Give the folders and what is in them to one owner, if an earlier start left them with another."""
    for folder in folders:
        if folder.stat().st_uid == uid:
            continue
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)


def main(arguments: Sequence[str]) -> None:
    split = arguments.index("--")
    number, parent, *options = arguments[:split]
    if "--not-as-root" in options:
        _leave_root([Path(option[6:]) for option in options if option.startswith("--own=")])
    die_with_parent(int(number), int(parent))
    program = arguments[split + 1 :]
    os.execvp(program[0], list(program))


if __name__ == "__main__":
    main(sys.argv[1:])
