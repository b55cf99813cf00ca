"""The addresses of `/api/v1/`. Each view reads what was asked, makes one call, and answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from ninja.responses import Status
from ninja.security.http import HttpAuthBase
from pydantic import ValidationError as Malformed

from civigrid.api import acting, auth, batch, creating, files, reading
from civigrid.api.problems import Problem, of
from civigrid.api.schemas import CaseOut, CasesOut, CreatedOut, DoneOut, ReportOut, UploadOut
from civigrid.base import idempotency, shapes
from civigrid.cases.rules import Stage, Verb, WaitReason
from civigrid.directory.rules import Granted, TokenScope
from civigrid.flow import arriving
from civigrid.intake.channels.jsonbody import KEY

NDJSON = "application/x-ndjson"
MOST_LISTED = 100
Number = Annotated[str, Path(max_length=40, description="A case's number.")]


class Bearer(HttpAuthBase):
    """A token that a program was given: `Authorization: Bearer cgt_...`."""

    openapi_scheme = "bearer"

    def __init__(self, *scopes: TokenScope) -> None:
        self.scopes = scopes
        super().__init__()

    def __call__(self, request: HttpRequest) -> Granted:
        said = request.headers.get("Authorization", "")
        granted = auth.enter(said, *self.scopes, now=request.now)  # type: ignore[attr-defined]
        request.actor = granted.actor  # type: ignore[attr-defined]
        return granted


class Words(JSONRenderer):
    """Chinese as it is, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012  # what the renderer reads


api = NinjaAPI(title="Civigrid", version="1", docs_url=None, openapi_url=None, urls_namespace="api", renderer=Words())


def problem(request: Any, error: Any) -> HttpResponse:
    """Whatever went wrong, as a program reads it."""
    if isinstance(error, ValidationError):
        error = shapes.of([_sent(request, each) for each in error.errors], skip=1)
    if isinstance(error, Malformed):
        error = shapes.refused(error)
    told = of(error)
    headers, body = told.render(request.id)
    return HttpResponse(body, status=told.status, headers=headers)


def _sent(request: Any, error: Any) -> dict[str, Any]:
    """With what was sent, which ninja leaves out of its list and whoever wrote it is to be told."""
    place = tuple(error["loc"])
    return {**error, "input": request.GET.get(place[-1], "")} if place[:1] == ("query",) else error


api.add_exception_handler(Exception, problem)
api.add_exception_handler(ValidationError, problem)


def body_of(request: Any, wanted: str = "application/json") -> bytes:
    """A small JSON body. Raises Problem 413 before it is read, 415 where it says that it is something else."""
    creating.check_size(length_of(request))
    check_type(request, wanted)
    found: bytes = request.body
    return found


def length_of(request: Any) -> int:
    said = request.META.get("CONTENT_LENGTH", "")
    return int(said) if said.isdecimal() else 0


def check_type(request: Any, *wanted: str) -> None:
    if request.content_type and request.content_type not in wanted:
        raise Problem(415, "bad_media_type", wanted=wanted[0])


def sent_as(*shapes: tuple[str, dict[str, Any]], about: str = "") -> dict[str, Any]:
    """The body of an operation, for `openapi.json`: it is read by our own hands."""
    content = {media_type: {"schema": schema} for media_type, schema in shapes}
    return {"requestBody": {"required": True, "content": content, **({"description": about} if about else {})}}


def answered_as(media_type: str, schema: dict[str, Any], *, about: str) -> dict[str, Any]:
    """The same of an answer that is written by our own hands."""
    return {"responses": {200: {"description": about, "content": {media_type: {"schema": schema}}}}}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The report's key, where it is not in the body.",
    "schema": {"type": "string", "pattern": KEY},
}


VERB_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key, it gets the first answer again, for two days.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{8,128}$"},
}


@api.post(
    "/reports",
    auth=Bearer(TokenScope.WRITE_REPORTS),
    response={200: CreatedOut, 201: CreatedOut},
    openapi_extra={"parameters": [KEY_HEADER], **sent_as(("application/json", ref("ReportIn")))},
    operation_id="create_report",
    summary="Send one report",
    tags=["reports"],
)
def create_report(request: Any) -> HttpResponse:
    """Sends one report. It is stored, understood and at work when this answers.

    Scope: reports:write.
    """
    key = request.headers.get("Idempotency-Key", "")
    found = creating.read(body_of(request), key=key, actor=request.auth.actor)
    found = creating.with_files(found, now=request.now)
    [outcome] = arriving.take([found.parcel], now=request.now)
    status, headers, body = creating.written(found, outcome)
    creating.used(found)
    return HttpResponse(body, status=status, headers=headers)


@api.post(
    "/reports/batch",
    auth=Bearer(TokenScope.WRITE_REPORTS),
    response=None,
    openapi_extra={
        **sent_as((NDJSON, {"type": "string"}), about="One ReportIn a line, each with its key."),
        **answered_as(NDJSON, ref("LineOut"), about="A line for each line, in the same order."),
    },
    operation_id="create_reports",
    summary="Send many reports",
    tags=["reports"],
)
def create_reports(request: Any) -> HttpResponse:
    """Sends many reports, one JSON object a line; answers with one line for each, in the same order.

    Scope: reports:write.
    """
    check_type(request, NDJSON, "application/ndjson", "application/jsonl")
    results = batch.receive(request, granted=request.auth, now=request.now)
    return HttpResponse(b"".join(results), content_type=NDJSON)


@api.get(
    "/reports",
    auth=Bearer(TokenScope.READ_REPORTS),
    response={200: ReportOut},
    operation_id="find_report",
    summary="Find a report by its key",
    tags=["reports"],
)
def find_report(request: Any, key: Annotated[str, Query(pattern=KEY)]) -> ReportOut:
    """What became of a report this client sent, by its key.

    Scope: reports:read.
    """
    return reading.report(actor=request.auth.actor, now=request.now, key=key)


@api.get(
    "/reports/{report_id}",
    auth=Bearer(TokenScope.READ_REPORTS),
    response={200: ReportOut},
    operation_id="read_report",
    summary="Read what became of a report",
    tags=["reports"],
)
def read_report(request: Any, report_id: Annotated[int, Path(ge=1, le=acting.LARGEST_ID)]) -> ReportOut:
    """What became of a report this client sent, by its id.

    Scope: reports:read.
    """
    return reading.report(actor=request.auth.actor, now=request.now, report_id=report_id)


@api.get(
    "/cases",
    auth=Bearer(TokenScope.READ_CASES),
    response={200: CasesOut},
    operation_id="list_cases",
    summary="List cases",
    tags=["cases"],
)
def list_cases(
    request: Any,
    stage: Stage | None = None,
    waits_for: WaitReason | None = None,
    after: Annotated[str, Query(max_length=40, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> CasesOut:
    """The cases the client's post sees: those that wait at a stage, the most urgent first; or all, the newest first.

    Scope: cases:read.
    """
    return reading.listed(
        actor=request.auth.actor, now=request.now, stage=stage, waits_for=waits_for, after=after, limit=limit
    )


@api.get(
    "/cases/{number}",
    auth=Bearer(TokenScope.READ_CASES),
    response={200: CaseOut},
    operation_id="read_case",
    summary="Read a case",
    tags=["cases"],
)
def read_case(request: Any, number: Number) -> CaseOut:
    """A case with its tasks, its time, its reports, and what the client's post may do to it now.

    Scope: cases:read.
    """
    return reading.case(number, actor=request.auth.actor, now=request.now)


def once(request: Any, work: Callable[[], HttpResponse]) -> HttpResponseBase:
    """`work()`, or what it answered to the same Idempotency-Key before."""
    answer = idempotency.once(request, work, account_id=request.auth.actor.account_id, now=request.now)
    if isinstance(answer, HttpResponse) and answer.status_code >= 400:
        waits = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
        raise Problem(answer.status_code, json.loads(answer.content)["code"], headers=waits)
    return answer


def offer(verb: Verb) -> None:
    """The address of a verb: `/cases/{number}/{verb}`."""
    body = acting.BODIES[verb]

    def act(request: Any, number: Number) -> HttpResponseBase:
        said = body.model_validate_json(body_of(request))
        actor = request.auth.actor

        def work() -> HttpResponse:
            acting.act(verb, number, said, actor=actor, now=request.now)
            done = DoneOut(number=number, version=reading.version(number, actor=actor, now=request.now))
            return HttpResponse(done.model_dump_json(), content_type="application/json")

        return once(request, work)

    act.__doc__ = f"{body.__doc__}\n\nScope: {TokenScope.ACT_ON_CASES}.".strip()
    api.post(
        f"/cases/{{number}}/{verb.value}",
        auth=Bearer(TokenScope.ACT_ON_CASES),
        response={200: DoneOut},
        openapi_extra={"parameters": [VERB_KEY], **sent_as(("application/json", ref(body.__name__)))},
        operation_id=verb.value,
        url_name=verb.value,
        summary=verb.value.replace("_", " ").capitalize(),
        tags=["verbs"],
    )(act)


for each in Verb:
    offer(each)


@api.post(
    "/files",
    auth=Bearer(TokenScope.WRITE_REPORTS, TokenScope.ACT_ON_CASES),
    response={201: UploadOut},
    openapi_extra=sent_as(("application/octet-stream", {"type": "string", "format": "binary"})),
    operation_id="send_file",
    summary="Send a file",
    tags=["files"],
)
def send_file(request: Any, name: Annotated[str, Query(max_length=200)] = "") -> Status[UploadOut]:
    """Sends a photo, film, recording or document, whole; the answer's `upload` names it in a report or a verb.

    Scope: reports:write or cases:act.
    """
    size = length_of(request)
    media_type = request.content_type or ""
    actor, plain = request.auth.actor, name.replace("\0", "")
    made = files.put(request, size, name=plain, media_type=media_type, actor=actor, now=request.now)
    return Status(201, made)


@api.get(
    "/files/{sha256}",
    auth=Bearer(TokenScope.READ_CASES),
    response=None,
    openapi_extra=answered_as("*/*", {"type": "string", "format": "binary"}, about="The file."),
    operation_id="read_file",
    summary="Read a file",
    tags=["files"],
)
def read_file(request: Any, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> HttpResponseBase:
    """A file of a case the client's post sees.

    Scope: cases:read.
    """
    return files.get(sha256, actor=request.auth.actor, now=request.now)
