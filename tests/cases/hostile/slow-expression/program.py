"""One call into C that never comes back to look at signals or clocks."""

import re

re.match("(a+)+$", "a" * 60 + "b")
