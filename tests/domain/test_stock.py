"""Stock is finite: no piece is created, lost or promised twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.stock import Delivery, Reservation, Stock, StockLevel
from dispatch.errors import Conflict, DispatchError, NotFound

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def three_boards() -> Stock:
    """Two boards in the depot, one in Chen's van, one on its way to the depot."""
    return Stock.of(
        [StockLevel("d1", "board", 2), StockLevel("chen", "board", 1)],
        deliveries=[Delivery("in-1", "d1", "board", 1, NOON)],
    )


def hold(name: str, quantity: int = 1, expires: datetime | None = None) -> Reservation:
    """A reservation of boards in the depot."""
    return Reservation(name, f"visit-of-{name}", "d1", "board", quantity, expires)


def test_a_reserved_piece_is_not_available_to_others() -> None:
    """Of two boards one is promised; a second promise fits, a third does not."""
    stock = three_boards().reserve(hold("a")).reserve(hold("b"))
    assert (stock.on_hand("d1", "board"), stock.available("d1", "board")) == (2, 0)
    with pytest.raises(Conflict, match="1 asked for, expected at most 0"):
        stock.reserve(hold("c"))
    assert stock.release("a").available("d1", "board") == 1


def test_a_plan_may_use_what_its_own_visits_were_promised() -> None:
    """Of two boards one is promised to a visit of tomorrow: today's plan may use one."""
    stock = three_boards().reserve(hold("today")).reserve(hold("tomorrow"))
    assert stock.free_for("d1", "board", {"visit-of-today"}) == 1
    assert stock.free_for("d1", "board", ()) == 0


def test_reserving_twice_under_one_id_is_one_promise() -> None:
    """The same reservation again changes nothing; another one under that id is refused."""
    stock = three_boards().reserve(hold("a"))
    assert stock.reserve(hold("a")) is stock
    with pytest.raises(Conflict, match="already taken"):
        stock.reserve(hold("a", quantity=2))


def test_what_is_promised_cannot_be_used_up_or_carried_away_by_others() -> None:
    """Both boards of the depot are promised."""
    stock = three_boards().reserve(hold("a", quantity=2))
    with pytest.raises(Conflict):
        stock.consume("d1", "board", 1)
    with pytest.raises(Conflict):
        stock.move("board", 1, "d1", "chen")
    assert stock.consume("d1", "board", 2, reservation="a").total("board") == 1


def test_a_promise_ends_with_its_use_also_when_less_was_used() -> None:
    """Two were promised and one was enough, so the other is free again."""
    stock = three_boards().reserve(hold("a", quantity=2)).consume("d1", "board", 1, "a")
    assert stock.available("d1", "board") == 1
    with pytest.raises(NotFound):
        stock.release("a")


def test_a_promise_is_for_its_own_place_and_part() -> None:
    """What was promised in the depot is not taken from the van."""
    with pytest.raises(Conflict, match="expected board at chen"):
        three_boards().reserve(hold("a")).consume("chen", "board", 1, "a")


def test_moving_keeps_the_total() -> None:
    """Two boards go into the van, three are there in all."""
    stock = three_boards().move("board", 2, "d1", "chen")
    assert (stock.on_hand("d1", "board"), stock.on_hand("chen", "board")) == (0, 3)
    assert stock.total("board") == 3


def test_a_delivery_is_received_once() -> None:
    """It adds one board, and is gone then."""
    stock = three_boards().receive("in-1")
    assert stock.on_hand("d1", "board") == 3
    with pytest.raises(NotFound):
        stock.receive("in-1")


def test_a_promise_expires_at_its_instant() -> None:
    """A second before it holds, at the instant itself it does not."""
    stock = three_boards().reserve(hold("a", expires=NOON))
    second = timedelta(seconds=1)
    assert stock.release_expired(NOON - second).available("d1", "board") == 1
    assert stock.release_expired(NOON).available("d1", "board") == 2


def test_more_promises_than_pieces_cannot_be_built() -> None:
    """Also rows that come from elsewhere are held to it."""
    with pytest.raises(Conflict, match="3 reserved, expected at most 2"):
        Stock.of([StockLevel("d1", "board", 2)], [hold("a", quantity=3)])


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "release", "consume", "move", "receive"]),
        st.integers(1, 3),
        st.sampled_from(["a", "b", "in-1"]),
    ),
    max_size=20,
)


@given(ACTIONS)
def test_pieces_are_conserved(actions: list[tuple[str, int, str]]) -> None:
    """On hand plus on the way plus used up is always the same, and nothing is below zero."""
    stock, used = three_boards(), 0
    for action, quantity, name in actions:
        try:
            if action == "reserve":
                stock = stock.reserve(hold(name, quantity))
            elif action == "release":
                stock = stock.release(name)
            elif action == "consume":
                stock = stock.consume("d1", "board", quantity)
                used += quantity
            elif action == "move":
                stock = stock.move("board", quantity, "d1", "chen")
            else:
                stock = stock.receive(name)
        except DispatchError:
            continue
        coming = sum(one.quantity for one in stock.deliveries.values())
        assert stock.total("board") + coming + used == 4
        assert stock.available("d1", "board") >= 0
