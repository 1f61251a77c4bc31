"""Sales' status is the table of DOMAIN ("Module kinds"), and nothing else."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.kinds.base import Meaning, Refused, Sets
from modules.kinds.sales import QUALIFICATIONS, SALES, STATES, Qualification, State, status_key

NONE, NOT_TARGET, TARGET, VIP = "", "not_target", "target", "vip"
DISCOVERY, IN_PROGRESS, WON, LOST = "discovery", "in_progress", "won", "lost"

# Written out from the table, on purpose without the code's own naming rule.
# (qualification, state, decided, forgotten) -> status; None is refused
TABLE: dict[tuple[str, str, bool, bool], str | None] = {}
for _decided, _forgotten in product((False, True), repeat=2):
    TABLE[NONE, DISCOVERY, _decided, _forgotten] = "qualify"
    TABLE[NONE, IN_PROGRESS, _decided, _forgotten] = "qualify"
    TABLE[NONE, WON, _decided, _forgotten] = None
    TABLE[NONE, LOST, _decided, _forgotten] = None
    TABLE[NOT_TARGET, DISCOVERY, _decided, _forgotten] = "prospecting_not_target"
    TABLE[TARGET, DISCOVERY, _decided, _forgotten] = "prospecting_target"
    TABLE[VIP, DISCOVERY, _decided, _forgotten] = "prospecting_vip"
    TABLE[NOT_TARGET, WON, _decided, _forgotten] = "customers_not_target"
    TABLE[TARGET, WON, _decided, _forgotten] = "customers_target"
    TABLE[VIP, WON, _decided, _forgotten] = "customers_vip"
    TABLE[NOT_TARGET, LOST, _decided, _forgotten] = "database_not_target"
    TABLE[TARGET, LOST, _decided, _forgotten] = "database_target"
    TABLE[VIP, LOST, _decided, _forgotten] = "database_vip"
for _q in (NOT_TARGET, TARGET, VIP):
    TABLE[_q, IN_PROGRESS, False, True] = "forgotten"
    TABLE[_q, IN_PROGRESS, True, True] = "forgotten"
TABLE[NOT_TARGET, IN_PROGRESS, False, False] = "sales_not_target"
TABLE[NOT_TARGET, IN_PROGRESS, True, False] = "sales_not_target_decided"
TABLE[TARGET, IN_PROGRESS, False, False] = "sales_target"
TABLE[TARGET, IN_PROGRESS, True, False] = "sales_target_decided"
TABLE[VIP, IN_PROGRESS, False, False] = "sales_vip"
TABLE[VIP, IN_PROGRESS, True, False] = "sales_vip_decided"

FACTS = st.tuples(
    st.sampled_from(list(Qualification)),
    st.sampled_from(list(State)),
    st.booleans(),
    st.booleans(),
)


def test_the_table_of_the_tests_is_complete() -> None:
    assert len(TABLE) == 4 * 4 * 2 * 2


@pytest.mark.parametrize("facts", list(TABLE))
def test_every_cell_of_the_table_gives_its_status(facts: tuple[str, str, bool, bool]) -> None:
    expected = TABLE[facts]
    if expected is None:
        with pytest.raises(Refused, match="ualify"):
            status_key(*facts)
    else:
        assert status_key(*facts) == expected


@given(FACTS)
def test_the_status_is_one_of_the_tree_or_refused_exactly_for_an_unqualified_end(
    facts: tuple[Qualification, State, bool, bool],
) -> None:
    qualification, state, _decided, _forgotten = facts
    refused = qualification is Qualification.NONE and state in (State.WON, State.LOST)
    try:
        key = status_key(*facts)
    except Refused:
        assert refused
    else:
        assert not refused
        assert key in {status.key for status in SALES.statuses}


@given(FACTS)
def test_asking_twice_gives_the_same_answer(
    facts: tuple[Qualification, State, bool, bool],
) -> None:
    def answer() -> str:
        try:
            return status_key(*facts)
        except Refused:
            return "refused"

    assert answer() == answer()


@given(st.sampled_from([NOT_TARGET, TARGET, VIP]), st.booleans(), st.booleans())
def test_only_a_sale_in_progress_looks_at_decided_and_forgotten(
    qualification: str, decided: bool, forgotten: bool
) -> None:
    for state in (DISCOVERY, WON, LOST):
        assert status_key(qualification, state, decided, forgotten) == status_key(
            qualification, state
        )


@pytest.mark.parametrize(("qualification", "state"), [("gold", DISCOVERY), (VIP, "paused")])
def test_an_unknown_qualification_or_state_is_an_error(qualification: str, state: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        status_key(qualification, state)


def test_the_seventeen_statuses_stand_in_four_groups_the_most_important_on_top() -> None:
    assert [(group.name_en, [s.name_en for s in group.statuses]) for group in SALES.groups] == [
        ("Prospecting", ["Qualify", "VIP", "Target", "Not target"]),
        (
            "Sales",
            [
                "VIP decided",
                "VIP",
                "Target decided",
                "Target",
                "Not target decided",
                "Not target",
                "Forgotten",
            ],
        ),
        ("Customers", ["VIP", "Target", "Not target"]),
        ("Database", ["VIP", "Target", "Not target"]),
    ]
    assert [group.name_hu for group in SALES.groups] == [
        "Feltérképezés",
        "Értékesítés",
        "Vevők",
        "Adatbázis",
    ]
    assert len(SALES.statuses) == 17


def test_customers_are_won_the_database_is_lost_and_everything_before_is_open() -> None:
    meanings = {group.key: {s.meaning for s in group.statuses} for group in SALES.groups}
    assert meanings == {
        "prospecting": {Meaning.OPEN},
        "sales": {Meaning.OPEN},
        "customers": {Meaning.WON},
        "database": {Meaning.LOST},
    }


def test_the_first_step_starts_the_sale_and_the_last_one_before_the_customer_wins_it() -> None:
    sets = [step.sets for step in SALES.steps]
    selling = [step for step in sets if step is not Sets.CUSTOMER]
    assert selling[0] is Sets.IN_PROGRESS
    assert selling[-1] is Sets.WON
    assert sets.count(Sets.WON) == 1
    assert sets[len(selling) :] == [Sets.CUSTOMER] * 2


def test_a_new_lead_has_to_be_qualified() -> None:
    assert SALES.first_key() == "qualify" == status_key(NONE, DISCOVERY)


def test_every_qualification_and_state_has_a_name_in_both_languages() -> None:
    assert {key for key, _hu, _en in QUALIFICATIONS} == set(Qualification) - {Qualification.NONE}
    assert {key for key, _hu, _en in STATES} == set(State)
    assert all(hu and en for _key, hu, en in (*QUALIFICATIONS, *STATES))
