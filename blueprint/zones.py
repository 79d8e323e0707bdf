"""Time zones: what people write, and the names the time-zone database has for them."""

from __future__ import annotations

import os
import re

from blueprint.problems import close_match

_ABBREVIATED = {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles"}
"""First letter of an American abbreviation such as `EST`, `CDT` or `PT` -> the zone it usually means."""
_MEANT = {
    "GMT": "Europe/London",
    "GB": "Europe/London",
    "BST": "Europe/London",
    "WET": "Europe/Lisbon",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "MET": "Europe/Berlin",
    "EET": "Europe/Athens",
    "HST": "Pacific/Honolulu",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
}
"""Other abbreviations -> the zone they usually mean."""
_ABBREVIATION = re.compile(r"[A-Z]{3,4}(\d[A-Z]{3})?|GMT[+-]?0|Etc/.*", re.ASCII)
_PLACES = ("UTC", "Etc/UTC", "PRC", "ROC", "ROK")
"""What looks like an abbreviation, and is as good as a place."""


def is_abbreviation(zone: str) -> bool:
    """True for a zone's name that is no place's, such as `EST`, which never changes to summer time.

    >>> is_abbreviation("EST"), is_abbreviation("EST5EDT"), is_abbreviation("Japan"), is_abbreviation("UTC")
    (True, True, False, False)
    """
    return bool(_ABBREVIATION.fullmatch(zone)) and zone not in _PLACES


def read_zone(text: str) -> str:
    """The name of a time zone, in the spelling of the database; `ValueError` with advice for anything else.

    >>> read_zone("america/new york")
    'America/New_York'
    """
    from zoneinfo import available_timezones

    zones = sorted(available_timezones())
    written = text.strip().replace(" ", "_")
    exact = next((zone for zone in zones if zone.lower() == written.lower()), None)
    if exact and not is_abbreviation(exact):
        return exact
    cities = {zone.rpartition("/")[2]: zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    american = re.fullmatch(r"([ECMP])([SD]?T|ST\d[ECMP]DT)", written.upper())
    meant = _ABBREVIATED[american[1]] if american else _MEANT.get(written.upper())
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
