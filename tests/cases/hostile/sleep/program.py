"""Uses no processor time, so only the checker's clock can end it."""

import time

time.sleep(1000)
