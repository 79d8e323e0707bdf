"""Nothing that two processes could share: no segment, no semaphore, no queue, no pool."""

import multiprocessing.pool
import multiprocessing.shared_memory

made = {
    "segment": lambda: multiprocessing.shared_memory.SharedMemory("left", create=True, size=4096),
    "found": lambda: multiprocessing.shared_memory.SharedMemory("left"),
    "lock": multiprocessing.Lock,
    "queue": multiprocessing.Queue,
    "pipe": multiprocessing.Pipe,
    "pool": lambda: multiprocessing.pool.Pool(1),
}
reply = " ".join(name for name, make in made.items() if not attempt(make))
