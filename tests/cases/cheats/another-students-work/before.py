import sys
import types

MARK = "marker-of-another-student-7c1f"
KEPT = [MARK, {"mark": MARK}]
sys.modules["tinytorch.core.stolen"] = types.ModuleType("stolen")
# the reference follows
