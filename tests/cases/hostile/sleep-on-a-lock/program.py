"""Waits for a lock nobody gives back."""

import threading

lock = threading.Lock()
lock.acquire()
lock.acquire()
