"""A second process would have limits of its own."""

import os

reply = attempt(os.fork)
