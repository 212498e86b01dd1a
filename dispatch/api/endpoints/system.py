"""Health, readiness, metrics and key figures."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.system import HealthOut, KpisOut
from dispatch.errors import DispatchError
from dispatch.operations.figures import figures_of

__all__ = ["root_router", "router"]

root_router = APIRouter()
router = APIRouter(prefix="/api/v1")


def _health(call: Call, detail: str = "") -> Response:
    services = call.services
    if services.trouble:
        status, code, detail = "failed", 503, services.trouble[0]
    elif detail:
        status, code = "failed", 503
    elif not services.ready.is_set():
        status, code, detail = "starting", 503, "the demo's day is being planned"
    else:
        status, code, detail = "ok", 200, ""
    body = HealthOut(status=status, demo=services.settings.demo, detail=detail)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "1"} if code == 503 else {})
    return call.answer(Answer(body, code, headers))


@root_router.get(
    "/healthz",
    response_model=HealthOut,
    summary="Is the service alive",
    responses={503: {"description": "Not yet, or not any more", "model": HealthOut}},
)
def healthz(call: InCall) -> Response:
    """Tell whether the service is up; the demo counts as up once its plan is published."""
    return _health(call)


@root_router.get(
    "/readyz",
    response_model=HealthOut,
    summary="May the service be used",
    responses={503: {"description": "Not yet, or not now", "model": HealthOut}},
)
def readyz(call: InCall) -> Response:
    """Tell whether the service is up and its database answers."""
    try:
        call.read(lambda work: work.log.last_number())
    except DispatchError as error:
        return _health(call, error.message)
    return _health(call)


@root_router.get(
    "/metrics",
    response_model=None,
    summary="Figures for a monitoring system",
    responses={
        200: {"description": "Prometheus text", "content": {"text/plain": {}}},
        **documented(401, 403),
    },
)
def metrics(call: InCall) -> Response:
    """Write the figures of this process and of the database."""
    runs, requests = call.read(
        lambda work: (work.runs.count_by_state(), work.work.count_by_state())
    )
    text = call.services.metrics.text(runs, requests)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/kpis", response_model=KpisOut, summary="Key figures", responses=documented(401, 403))
def kpis(call: InCall) -> Response:
    """Tell how the company stands."""
    return call.answer(Answer(KpisOut.model_validate(call.read(figures_of))))
