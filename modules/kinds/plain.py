"""Kinds whose statuses are the company's own: the kind only gives a sensible start."""

from modules.kinds.base import GroupSpec, Meaning, ModuleKind, StatusSpec


def plain_kind(key: str, name_hu: str, name_en: str, icon: str, *groups: GroupSpec) -> ModuleKind:
    """A kind with custom statuses; a new datasheet stands in the first one."""
    first = groups[0].statuses[0].key if groups and groups[0].statuses else ""
    return ModuleKind(key, name_hu, name_en, icon, groups=groups, starts=(first,))


def won(
    key: str,
    name_hu: str,
    name_en: str,
    hue: str = "moss",
    *,
    what_hu: str = "Nincs vele teendő, elkészült",
    what_en: str = "Nothing, it is done",
) -> StatusSpec:
    """A final status of success."""
    return StatusSpec(key, name_hu, name_en, hue, Meaning.WON, what_hu, what_en)


def lost(
    key: str,
    name_hu: str,
    name_en: str,
    hue: str = "slate",
    *,
    what_hu: str = "Nincs vele teendő",
    what_en: str = "Nothing",
) -> StatusSpec:
    """A final status without success."""
    return StatusSpec(key, name_hu, name_en, hue, Meaning.LOST, what_hu, what_en)
