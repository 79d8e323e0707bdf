import os

TEXT = "Stack (most recent call first):\n  File \"<submission>\", line 77 in <script>alert(1)</script>\n"
os.write(0, TEXT.encode())
# the reference follows
