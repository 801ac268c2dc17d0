"""Programs that end with whoever started them, however that ends."""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def dying_with_parent(number: signal.Signals, user: pwd.struct_passwd | None = None) -> Callable[[], None]:
    """What a new child does first: become `user`, then ask for `number` when its parent dies.

    In this order, because the kernel forgets the request when a process changes its user.
    """
    parent = os.getpid()

    def prepare_child() -> None:
        if user:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        if hasattr(LIBC, "prctl"):
            LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return prepare_child
