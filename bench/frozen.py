"""How long a worker takes to build, freeze, check and recount a return, and how much memory (DESIGN.md "Budgets").

    python bench/frozen.py --consortium city --kind leap --quarter 2008-09-Q4

Works on a consortium that bench/city.py made, and keeps nothing: all of it is one transaction, taken back at the end.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 -- Django is set up first
from django.utils import timezone  # noqa: E402

from partners.enums import JobState  # noqa: E402
from partners.models import BackgroundJob, Consortium, StaffMember  # noqa: E402
from partners.platform.tenancy.scope import in_consortium  # noqa: E402
from reporting.documents.content import REDUCED, WHOLE, content_of  # noqa: E402
from reporting.documents.pdf import render_pdf  # noqa: E402
from reporting.documents.workbook import render_xlsx  # noqa: E402
from reporting.models import Return, ReturnBuild, ReturnMember, SignedFile  # noqa: E402
from reporting.services.freezing import CANONICAL, freeze  # noqa: E402
from reporting.services.ledger import faults  # noqa: E402
from reporting.services.returns import JOB, RECOUNT, build_once  # noqa: E402

SECONDS, MEGABYTES = 20, 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consortium", default="city")
    parser.add_argument("--kind", default="leap")
    parser.add_argument("--quarter", default="2008-09-Q4")
    asked = parser.parse_args()
    consortium = Consortium.objects.get(slug=asked.consortium)
    with in_consortium(consortium.pk, snapshot=True):
        took = phases(Return.objects.get_or_create(kind=asked.kind, quarter=asked.quarter)[0])
        transaction.set_rollback(True)
    total = took["build"][0] + took["freeze"][0]
    typesetter = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    most = max(peak for _, peak in took.values()) + typesetter
    print(f"build and freeze {total:.1f} s of processors (budget {SECONDS})")
    print(f"most memory {most:.0f} MB (budget {MEGABYTES}), {typesetter:.0f} of them the typesetter's")
    return 1 if total > SECONDS or most > MEGABYTES else 0


def phases(filed: Return) -> dict[str, tuple[float, float]]:
    took: dict[str, tuple[float, float]] = {}

    def phase(name: str, work: Callable[[], Any]) -> Any:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        began, used = time.perf_counter(), processor_time()
        result = work()
        took[name] = processor_time() - used, peak_memory()
        (busy, peak), seconds = took[name], time.perf_counter() - began
        print(f"{name:9} {busy:6.2f} s of processors in {seconds:6.2f} s, peak {peak:.0f} MB", flush=True)
        return result

    by = StaffMember.objects.order_by("pk")[0]
    build: ReturnBuild = phase("build", lambda: counted(filed, JOB))
    number = ReturnMember.objects.filter(build_id=build.pk).count()
    print(f"         {number:,} records in {build.lines.count():,} figures")
    for name, reading in (("whole", WHOLE), ("reduced", REDUCED)):
        content = content_of(filed, build, reading)
        phase(f"{name[:4]} xlsx", lambda content=content: render_xlsx(content))
        phase(f"{name[:4]} pdf", lambda content=content: render_pdf(content))
    phase("freeze", lambda: freeze(filed, build, by=by, at=timezone.now()))
    size = SignedFile.objects.get(name=CANONICAL, document__filed=filed).size
    print(f"         a canonical file of {size / 1e6:.1f} MB")
    if wrong := phase("verify", lambda: list(faults())):
        sys.exit("\n".join(wrong))
    phase("recount", lambda: counted(filed, RECOUNT))
    return took


def counted(filed: Return, kind: str) -> ReturnBuild:
    job = BackgroundJob.objects.create(kind=kind, title="Bench", payload={}, state=JobState.RUNNING)
    build = build_once(filed, job=job, tell=lambda *_: None)
    BackgroundJob.objects.filter(pk=job.pk).update(state=JobState.DONE)
    return build


def processor_time() -> float:
    """Return the seconds that this process, the typesetters and the database for it worked, on one machine."""
    own = os.times()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return sum(own[:4]) + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak_memory() -> float:
    """Return the most memory the process had since the last phase, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    sys.exit(main())
