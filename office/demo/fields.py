"""The demo company's own fields, and what is filled in of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from crm.models import Client, Datasheet, FieldValue
from crm.value_rows import columns, owner
from modules.models import (
    About,
    Field,
    FieldChoice,
    FieldGroup,
    FieldType,
    Module,
    Required,
    Status,
)

SEED = 20261125
Value = Callable[[Random, date, list[int]], Any]


@dataclass(frozen=True)
class Plan:
    """A field: of which module ("": of clients), in which group, and how often it is filled in."""

    module: str
    group: tuple[str, str]
    hu: str
    en: str
    type: FieldType
    value: Value
    share: float
    help: tuple[str, str] = ("", "")
    choices: tuple[tuple[str, str, str], ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    required_from: str = ""
    in_list: bool = False


def _money(least: int, most: int, step: int = 10_000) -> Value:
    return lambda random, today, choices: Decimal(random.randrange(least, most, step))


def _whole(least: int, most: int, step: int = 1) -> Value:
    return lambda random, today, choices: random.randrange(least, most, step)


def _day(least: int, most: int) -> Value:
    return lambda random, today, choices: today + timedelta(days=random.randint(least, most))


def _one(random: Random, today: date, choices: list[int]) -> int:
    return random.choice(choices)


def _some(random: Random, today: date, choices: list[int]) -> tuple[int, ...]:
    return tuple(sorted(random.sample(choices, random.choice([1, 1, 2]))))


def _truth(random: Random, today: date, choices: list[int]) -> bool:
    return random.random() < 0.6


def _text(*texts: str) -> Value:
    return lambda random, today, choices: random.choice(texts)


SALE = ("Az üzlet", "The deal")
SITE = ("A helyszín", "The site")
WORK = ("A munka", "The work")
PERSON = ("A jelentkező", "The applicant")
TERMS = ("Feltételek", "Terms")
PLANS = (
    Plan("sales", SALE, "Várható érték", "Expected value", FieldType.MONEY,
         _money(180_000, 9_500_000), 0.92, ("Beleszámít a tölcsérbe", "Counts in the funnel"),
         required_from="sales_target", in_list=True),
    Plan("sales", SALE, "Döntés napja", "Decide by", FieldType.DATE, _day(3, 90), 0.71),
    Plan("sales", SALE, "Forrás", "Source", FieldType.CHOICE, _one, 0.98,
         ("Honnan jött a megkeresés", "Where the enquiry came from"),
         (("Webshop", "Webshop", "sky"), ("Kiállítás", "Fair", "teal"),
          ("Ajánlás", "Referral", "violet"), ("Hirdetés", "Advertisement", "olive"),
          ("Telefon", "Phone call", "sand"), ("Régi ügyfél", "Old client", "indigo"))),
    Plan("sales", SALE, "Termékcsoport", "Product line", FieldType.CHOICES, _some, 0.84,
         choices=(("Raklapos", "Pallet", "indigo"), ("Konzolos", "Cantilever", "plum"),
                  ("Polcos", "Shelving", "moss"), ("Galéria", "Mezzanine", "clay"),
                  ("Archív", "Archive", "slate")), in_list=True),
    Plan("sales", SALE, "Versenytárs", "Competitor", FieldType.TEXT,
         _text("Raktártechnika Zrt.", "Polc-Depó Kft.", "egy német cég"), 0.22,
         ("Kitől kértek még ajánlatot", "Who else they asked")),
    Plan("sales", SITE, "Padlóterhelés", "Floor load", FieldType.WHOLE,
         _whole(500, 5000, 250), 0.37, options={"unit": "kg/m²"}),
    Plan("sales", SITE, "Van targonca a helyszínen", "Site has a forklift", FieldType.YES_NO,
         _truth, 0.64),
    Plan("projects", WORK, "Határidő", "Deadline", FieldType.DATE, _day(10, 120), 0.9,
         in_list=True),
    Plan("projects", WORK, "Költségkeret", "Budget", FieldType.MONEY,
         _money(400_000, 24_000_000, 50_000), 0.8),
    Plan("projects", WORK, "Rajzszám", "Drawing number", FieldType.NUMBER,
         lambda random, today, choices: None, 0, options={"prefix": "R-", "width": 4}),
    Plan("projects", SITE, "Helyszín", "Site address", FieldType.TEXT,
         _text("Győr, Ipari park", "Tokaj, Pincesor 4.", "Budaörs, Gyár u. 2.", "Szeged"), 0.7),
    Plan("hr", PERSON, "Bérigény", "Salary expectation", FieldType.MONEY,
         _money(420_000, 980_000), 0.8),
    Plan("hr", PERSON, "Mikor kezdhet", "Can start on", FieldType.DATE, _day(5, 60), 0.6),
    Plan("helpdesk", WORK, "Sürgős", "Urgent", FieldType.YES_NO,
         lambda random, today, choices: random.random() < 0.2, 0.9),
    Plan("", TERMS, "Fizetési határidő", "Payment term", FieldType.CHOICE, _one, 0.6,
         choices=(("8 nap", "8 days", "teal"), ("15 nap", "15 days", "sky"),
                  ("30 nap", "30 days", "indigo"), ("Előre", "In advance", "sand"))),
    Plan("", TERMS, "Engedmény", "Discount", FieldType.DECIMAL,
         lambda random, today, choices: Decimal(random.choice(["2.5", "5", "7.5", "10"])), 0.25,
         options={"unit": "%", "decimals": 1}),
)  # fmt: skip


def make_fields(datasheets: Iterable[Datasheet], clients: Iterable[Client], today: date) -> None:
    """The fields, and their values on as many records as their share says."""
    random = Random(SEED)  # noqa: S311 - the same demo every time
    modules = {module.kind: module for module in Module.objects.all()}
    by_module: dict[int, list[Datasheet]] = {}
    for sheet in datasheets:
        by_module.setdefault(sheet.module_id, []).append(sheet)
    groups: dict[tuple[str, tuple[str, str]], FieldGroup] = {}
    values: list[FieldValue] = []
    everybody = list(clients)
    for order, plan in enumerate(PLANS):
        module = modules[plan.module] if plan.module else None
        made, choices = _field(plan, order, module, groups)
        records: Sequence[Datasheet | Client] = (
            by_module.get(module.pk, []) if module else everybody
        )
        values += _values(plan, made, records, random, today, choices)
    FieldValue.objects.bulk_create(values, batch_size=1000)


def _field(
    plan: Plan,
    order: int,
    module: Module | None,
    groups: dict[tuple[str, tuple[str, str]], FieldGroup],
) -> tuple[Field, list[int]]:
    about = About.DATASHEET if module else About.CLIENT
    group = groups.get((plan.module, plan.group))
    if group is None:
        hu, en = plan.group
        group = FieldGroup.objects.create(
            about=about, module=module, name_hu=hu, name_en=en, order=len(groups)
        )
        groups[(plan.module, plan.group)] = group
    status = Status.objects.filter(module=module, key=plan.required_from or "-").first()
    made = Field.objects.create(
        about=about, module=module, type=plan.type, group=group, order=order,
        label_hu=plan.hu, label_en=plan.en, help_hu=plan.help[0], help_en=plan.help[1],
        options=plan.options, in_list=plan.in_list, required_from=status,
        required=Required.FROM if status else Required.NEVER,
    )  # fmt: skip
    choices = FieldChoice.objects.bulk_create(
        FieldChoice(field=made, name_hu=hu, name_en=en, hue=hue, order=order)
        for order, (hu, en, hue) in enumerate(plan.choices)
    )
    return made, [choice.pk for choice in choices]


def _values(
    plan: Plan,
    made: Field,
    records: Sequence[Datasheet | Client],
    random: Random,
    today: date,
    choices: list[int],
) -> Iterator[FieldValue]:
    for number, record in enumerate(records, 1):
        if plan.type == FieldType.NUMBER:
            value: Any = number
        else:
            value = plan.value(random, today, choices) if random.random() < plan.share else None
        for row in columns(made, value):
            yield FieldValue(field=made, **owner(record), **row)
    if plan.type == FieldType.NUMBER:
        made.next_number = len(records) + 1
        made.save(update_fields=["next_number"])
