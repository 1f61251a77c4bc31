"""All kinds of modules, in the order in which a new company gets them."""

from typing import TYPE_CHECKING

from modules.kinds.base import ModuleKind
from modules.kinds.events import EVENTS
from modules.kinds.helpdesk import HELPDESK
from modules.kinds.hr import HR
from modules.kinds.invoicing import INVOICING
from modules.kinds.orders import ORDERS
from modules.kinds.partners import PARTNERS
from modules.kinds.projects import PROJECTS
from modules.kinds.sales import SALES
from modules.kinds.webshop import WEBSHOP

if TYPE_CHECKING:
    from modules.models import Module

KINDS: tuple[ModuleKind, ...] = (
    SALES,
    PROJECTS,
    HR,
    EVENTS,
    PARTNERS,
    HELPDESK,
    INVOICING,
    ORDERS,
    WEBSHOP,
)
BY_KEY: dict[str, ModuleKind] = {kind.key: kind for kind in KINDS}


def kind_of(module: "Module") -> ModuleKind:
    """The kind of a module; KeyError for a kind that this version doesn't know."""
    return BY_KEY[module.kind]
