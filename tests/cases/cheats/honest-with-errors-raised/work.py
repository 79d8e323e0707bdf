import warnings

import numpy as np

np.seterr(all="raise", under="ignore")
warnings.simplefilter("error")
# the reference follows
