import builtins
import os
import sys

import numpy

builtins.left = numpy.left = 1
numpy.dot = print
sys.modules["left"] = sys
sys.path.append("left")
os.environ["LEFT"] = "left"
reply = "left"
