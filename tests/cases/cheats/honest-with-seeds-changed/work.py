import gc
import random
import time

import numpy as np

random.seed()
np.random.seed(None)
gc.disable()
gc.collect()
STARTED = time.time()
# the reference follows
