ACTS = "=cmd|'/c calc'!A1\x1b]0;owned\x07\x1b[2J\r\n\r\n<script>alert(1)</script><img src=x onerror=alert(2)>" + (
    "\u202e| a | b |\n|---|---|\n[a](javascript:alert(3)) ![b](http://example.org/x) `code` </td></tr></table>\x00\u2028\ud800"
)
raise ImportError(ACTS)
