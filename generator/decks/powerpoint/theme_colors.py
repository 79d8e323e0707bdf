"""Theme colors in PowerPoint: every color of a slide is one of its theme, by name, so that another theme restyles it."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.deck import Role
from generator.decks.theme import Theme

ROLE_COLORS: Mapping[Role, str] = {
    "accent": "accent1",
    "compute": "accent2",
    "data": "accent3",
    "routing": "accent4",
    "error": "accent5",
    "neutral": "accent6",
}
TINT = 14
"""The opacity of a shape's fill in its role's color, in percent; transparent, so that it suits any background."""


def theme_colors(theme: Theme) -> dict[str, str]:
    """The twelve colors of a PowerPoint theme: name -> six hexadecimal digits."""
    return {
        "dk1": theme.text,
        "lt1": theme.background,
        "dk2": theme.soft,
        "lt2": theme.surface,
        **{
            color: theme.accent if role == "accent" else theme.roles[role].stroke for role, color in ROLE_COLORS.items()
        },
        "hlink": theme.accent,
        "folHlink": theme.accent,
    }


def scheme_color(color: str, alpha: int = 100) -> str:
    """A color of the theme, given by its name, as DrawingML; `alpha` in percent."""
    inner = f'<a:alpha val="{alpha * 1000}"/>' if alpha < 100 else ""
    return f'<a:schemeClr val="{color}">{inner}</a:schemeClr>' if inner else f'<a:schemeClr val="{color}"/>'


def fill(color: str, alpha: int = 100) -> str:
    """A solid fill in a color of the theme as DrawingML; no fill for an empty name."""
    return f"<a:solidFill>{scheme_color(color, alpha)}</a:solidFill>" if color else "<a:noFill/>"


def line(color: str, points: float = 1.0, *, alpha: int = 100, dash: str = "", arrow: bool = False) -> str:
    """An outline in a color of the theme as DrawingML; no outline for an empty name."""
    if not color:
        return "<a:ln><a:noFill/></a:ln>"
    style = f'<a:prstDash val="{dash}"/>' if dash else ""
    head = '<a:tailEnd type="triangle" w="med" len="med"/>' if arrow else ""
    return f'<a:ln w="{round(points * 12700)}">{fill(color, alpha)}{style}<a:round/>{head}</a:ln>'
