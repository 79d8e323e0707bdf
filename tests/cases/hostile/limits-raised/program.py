"""No limit can be lifted again."""

import resource

reply = " ".join(
    (
        attempt(resource.setrlimit, resource.RLIMIT_CPU, (100, 100)),
        attempt(resource.setrlimit, resource.RLIMIT_AS, (-1, -1)),
        attempt(resource.prlimit, 1, resource.RLIMIT_NPROC, (9, 9)),
    )
)
