"""Time zones: what people write, and the names the time-zone database has for them."""

from __future__ import annotations

import os
import re

from blueprint.problems import close_match

_ABBREVIATED = {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles"}
"""First letter of an American abbreviation such as `EST`, `CDT` or `PT` -> the zone it usually means."""
_FIXED = ("EST", "MST", "HST")
"""Zones of the database that never change to summer time; who writes one means a place that does."""


def read_zone(text: str) -> str:
    """The name of a time zone, in the spelling of the database; `ValueError` with advice for anything else.

    >>> read_zone("america/new york")
    'America/New_York'
    """
    from zoneinfo import available_timezones

    zones = sorted(available_timezones())
    written = text.strip().replace(" ", "_")
    exact = next((zone for zone in zones if zone.lower() == written.lower()), None)
    if exact and exact not in _FIXED:
        return exact
    cities = {zone.rpartition("/")[2]: zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    meant = _ABBREVIATED.get(written.upper()[:1]) if re.fullmatch("[ECMP][SD]?T", written.upper()) else None
    if meant is None and len(written) > 3:  # three letters are near to any three others
        meant = close_match(written, [*cities.values()]) or cities.get(close_match(written, cities) or "")
    advice = f"did you mean `{meant}`?" if meant else "write a name such as America/Chicago"
    raise ValueError(f"`{text.strip()}` is no place's time zone; {advice}")


def local_zone() -> str:
    """This machine's time zone where it has a place's name; else New York's."""
    written = os.environ.get("TZ", "") or os.path.realpath("/etc/localtime").rpartition("zoneinfo/")[2]
    try:
        zone = read_zone(written)
    except ValueError:
        zone = ""
    return zone if "/" in zone and not zone.startswith("Etc/") else "America/New_York"
