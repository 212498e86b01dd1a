"""How people call what scenarios name by id: engineers, places, parts, customers."""

from __future__ import annotations

from dispatch.store import UnitOfWork
from dispatch.store.mapping import depot_place, home_place, site_place
from dispatch.store.tables import (
    ContractRow,
    DepotRow,
    EngineerRow,
    EquipmentTypeRow,
    PartRow,
    SiteRow,
)

__all__ = ["Called", "names_of_base"]

Called = tuple[str, str]
"""The name as it is, and in English; the second may be empty."""


def names_of_base(work: UnitOfWork) -> dict[str, dict[str, Called]]:
    """Collect names by kind and id; a place is called as who or what is there.

    Returns
    -------
    dict
        Kinds as in the choices of scenarios.
    """
    people = {one.id: (one.name, one.name_en) for one in work.catalogue.all(EngineerRow)}
    depots = {one.id: (one.name, one.name_en) for one in work.catalogue.all(DepotRow)}
    sites = {one.id: (one.name, one.name_en) for one in work.catalogue.all(SiteRow)}
    return {
        "engineers": people,
        "depots": depots,
        "locations": {
            **{home_place(id): called for id, called in people.items()},
            **{depot_place(id): called for id, called in depots.items()},
            **{site_place(id): called for id, called in sites.items()},
        },
        "parts": {one.id: (one.name, one.name_en) for one in work.catalogue.all(PartRow)},
        "types": {one.id: (one.name, one.name_en) for one in work.catalogue.all(EquipmentTypeRow)},
        "customers": {
            one.id: (one.customer, one.customer_en) for one in work.catalogue.all(ContractRow)
        },
    }
