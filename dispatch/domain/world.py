"""The company as one value: everything a case is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from dispatch.domain.checks import require, require_unique
from dispatch.domain.contract import Contract
from dispatch.domain.depot import Depot
from dispatch.domain.engineer import Engineer
from dispatch.domain.equipment import Equipment, EquipmentType
from dispatch.domain.location import Location
from dispatch.domain.maintenance import MaintenancePolicy
from dispatch.domain.part import Part
from dispatch.domain.request import Request
from dispatch.domain.site import Site
from dispatch.domain.travel_settings import TravelSettings
from dispatch.domain.weights import Weights

__all__ = ["CompanyWorld", "WorldIndex"]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Named)


@dataclass(frozen=True, slots=True)
class CompanyWorld:
    """Master data and requests of the company at one instant.

    Parameters
    ----------
    locations
        Homes of engineers and places of depots; sites carry their own.
    depots, engineers
        With their stock and their shifts.
    contracts, sites, equipment_types, equipment, parts, requests
        Each id (or code) once; what they name must exist.
    zone
        Whose days maintenance falls due on.
    maintenance
        Tolerances and notice.
    calendar
        Day that the half-year has for a round, by its id; the planner takes it for the ideal.
    travel, weights
        How cases are to be travelled and weighed.
    """

    locations: tuple[Location, ...] = ()
    depots: tuple[Depot, ...] = ()
    engineers: tuple[Engineer, ...] = ()
    contracts: tuple[Contract, ...] = ()
    sites: tuple[Site, ...] = ()
    equipment_types: tuple[EquipmentType, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    parts: tuple[Part, ...] = ()
    requests: tuple[Request, ...] = ()
    zone: str = "Asia/Shanghai"
    maintenance: MaintenancePolicy = field(default_factory=MaintenancePolicy)
    calendar: Mapping[str, date] = field(default_factory=dict)
    travel: TravelSettings = field(default_factory=TravelSettings)
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        for name in ("depots", "engineers", "contracts", "sites", "equipment", "parts", "requests"):
            require_unique(name, (one.id for one in getattr(self, name)))
        require_unique("locations", (one.id for one in self.all_locations()))
        require_unique("equipment_types", (one.code for one in self.equipment_types))
        self._require_known("sites", self.contracts, ((s.id, s.contract) for s in self.sites))
        self._require_known("equipment", self.sites, ((e.id, e.site) for e in self.equipment))
        self._require_known("requests", self.sites, ((r.id, r.site) for r in self.requests))
        self._require_known(
            "requests",
            self.equipment,
            ((r.id, r.equipment) for r in self.requests if r.equipment is not None),
        )
        codes = {one.code for one in self.equipment_types}
        for piece in self.equipment:
            require(piece.type in codes, f"equipment/{piece.id}", piece.type, "a known type")

    def all_locations(self) -> tuple[Location, ...]:
        """Every place: homes and depots first, then sites."""
        return (*self.locations, *(site.location for site in self.sites))

    def index(self) -> WorldIndex:
        """Look-up tables over the world."""
        return WorldIndex(
            contracts=_by_id(self.contracts),
            sites=_by_id(self.sites),
            types={one.code: one for one in self.equipment_types},
            equipment=_by_id(self.equipment),
        )

    def _require_known(
        self, name: str, known: Iterable[_Named], pairs: Iterable[tuple[str, str]]
    ) -> None:
        ids = {one.id for one in known}
        for owner, reference in pairs:
            require(reference in ids, f"{name}/{owner}", reference, "a known id")


@dataclass(frozen=True, slots=True)
class WorldIndex:
    """The world by id: contracts, sites, equipment, and types by code."""

    contracts: Mapping[str, Contract]
    sites: Mapping[str, Site]
    types: Mapping[str, EquipmentType]
    equipment: Mapping[str, Equipment]


def _by_id(things: Iterable[_T]) -> dict[str, _T]:
    return {one.id: one for one in things}
