"""Rules about people: what they are to the course, and how they are reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from blueprint.load import Loaded
from blueprint.model import ROLES, Contact, Person
from blueprint.problems import Mark, Problem, close_match, quoted, suggestion

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")


def people_can_be_reached(loaded: Loaded) -> Iterator[Problem]:
    """Whoever a document names has an e-mail address that can be one."""
    offering = loaded.course.file.offering
    if offering is None:
        return
    at = loaded.at
    for key, person in offering.staff.items():
        if at.is_broken("offering", "staff", key):
            continue
        if not person.email:
            yield Problem(
                at.key("offering", "staff", key),
                f"{person.name} ({person.role}) has no e-mail, and the syllabus prints one",
                "add `email:`",
            )
        else:
            yield from _address(person.email, at.value("offering", "staff", key, "email"))
    for key, contact in offering.contacts.items():
        if contact.email:
            yield from _address(contact.email, at.value("offering", "contacts", key, "email"))
        if not (contact.email or contact.phone or contact.link) and not at.is_broken("offering", "contacts", key):
            yield Problem(
                at.key("offering", "contacts", key),
                f"{contact.name} cannot be reached: no e-mail, no phone, no link",
                "add `email:`, `phone:` or `link:`",
            )


def _address(email: str, place: Mark) -> Iterator[Problem]:
    if not _EMAIL.fullmatch(email):
        yield Problem(place, f"{quoted(email)} is no e-mail address", "write name@domain")


def domain_is_a_host(loaded: Loaded) -> Iterator[Problem]:
    """The domain that ends the ids of calendar entries is the name of a host, and no address of a page."""
    offering = loaded.course.file.offering
    if offering and not _DOMAIN.fullmatch(offering.domain) and not loaded.at.is_broken("offering", "domain"):
        found = _DOMAIN.search(re.sub(r"^\w+://", "", offering.domain))
        yield Problem(
            loaded.at.value("offering", "domain"),
            f"{quoted(offering.domain)} is no domain",
            f"write `{found[0]}`" if found else "write a name such as cs101.example.edu",
        )


def somebody_leads(loaded: Loaded) -> Iterator[Problem]:
    """One person at least has a role that leads the course."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or at.is_broken("offering", "staff", "*", "role") or at.is_broken("offering", "roles"):
        return
    nearly = any(True for _ in roles_are_words(loaded))  # it is told there
    if not nearly and not any(offering.role_of(person).leads for person in offering.staff.values()):
        own = f", or say that your own word leads: `roles: {{{_first_own_role(loaded)}: {{leads: true}}}}`"
        yield Problem(
            at.key("offering", "staff"),
            "nobody has the role instructor",
            "give one person `role: instructor`" + own * bool(_first_own_role(loaded)),
        )


def _first_own_role(loaded: Loaded) -> str:
    """The first word for a role that Blueprint does not know; empty without one."""
    offering = loaded.course.file.offering
    words = (person.role for person in offering.staff.values()) if offering else ()
    return next((word for word in words if word.lower() not in map(str.lower, ROLES)), "")


def roles_are_words(loaded: Loaded) -> Iterator[Problem]:
    """A role may be any word, but not one that is nearly a known one: that is a typing error."""
    offering, at = loaded.course.file.offering, loaded.at
    for key, person in offering.staff.items() if offering else ():
        path = ("offering", "staff", key, "role")
        if offering and not at.is_broken(*path):
            yield from near_miss(person.role, (*ROLES, *offering.roles), at.value(*path), "roles")


def near_miss(word: str, known: Iterable[str], place: Mark, table: str) -> Iterator[Problem]:
    """The problem of a word that is nearly one of those known; none for one of them, and for one that is near to none."""
    known = list(known)
    if word.lower() in map(str.lower, known):
        return
    if not word.strip():
        yield Problem(place, "a word is missing here", f"write one, such as {known[0]}")
    elif match := close_match(word, known, nearness=0.75):
        advice = f"did you mean `{match}`? If not, tell that it is a word of its own: `{table}: {{{word}: {{}}}}`"
        yield Problem(place, f"{quoted(word)} is nearly `{match}`", advice)


def emergency_can_be_called(loaded: Loaded) -> Iterator[Problem]:
    """Whom to call in an emergency is somebody of this offering, with a telephone."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or offering.emergency is None or at.is_broken("offering"):
        return
    known: dict[str, Person | Contact] = {**offering.contacts, **offering.staff}
    place = at.value("offering", "emergency")
    if (who := known.get(offering.emergency)) is None:
        hint = suggestion(offering.emergency, list(known), "people and contacts")
        yield Problem(place, f"there is no person or contact {quoted(offering.emergency)} in this offering", hint)
    elif not who.phone:
        yield Problem(place, f"{who.name} has no phone to call in an emergency", "add `phone:` to them")


RULES = (people_can_be_reached, domain_is_a_host, somebody_leads, roles_are_words, emergency_can_be_called)
