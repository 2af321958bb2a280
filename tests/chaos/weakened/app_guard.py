"""Takes the compare-and-set out of `workflows.settle`: every ending ends the job, whatever it had become.

Imported by the zygote, before the gateway's processes are forked. The lines keep their numbers.
"""

import inspect

from workflows import settle

_GUARD = "id=job_id, status__in=from_statuses, **(fence or {})"

_source = inspect.getsource(settle)
if _source.count(_GUARD) != 1:
    raise LookupError(f"{_GUARD!r} does not stand once in workflows.settle")
exec(compile(_source.replace(_GUARD, "id=job_id"), settle.__file__, "exec"), settle.__dict__)
