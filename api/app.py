"""The application: its parts, its routes, and what every request goes through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import problems, reference
from api.access import Audit
from api.accounts.endpoints import router as accounts
from api.accounts.factor_endpoints import router as second_factors
from api.accounts.images import IMAGE_PATH, MAX_FORM_BYTES
from api.accounts.own_endpoints import router as own_account
from api.admin import panel
from api.alarm_rules.endpoints import router as alarm_rules
from api.alarm_rules.what_if import router as what_if
from api.alarms.assignees import router as alarm_assignees
from api.alarms.children import router as alarm_children
from api.alarms.endpoints import router as alarms
from api.alarms.shelves import router as alarm_shelves
from api.alarms.why import router as why
from api.appointments.calendars import router as appointment_calendars
from api.appointments.endpoints import router as appointments
from api.appointments.file_links import router as appointment_file_links
from api.appointments.files import FORM_BYTES
from api.appointments.files import PATHS as APPOINTMENT_FILES
from api.appointments.files import router as appointment_files
from api.appointments.ratings import router as appointment_ratings
from api.appointments.steps import router as appointment_steps
from api.appointments.waiting_list import router as waiting_list
from api.audit.endpoints import router as audit
from api.care_team.endpoints import router as care_team
from api.commands.endpoints import router as commands
from api.commands.waiters import Waiters
from api.consents.endpoints import router as consents
from api.credentials import Passwords, Tokens
from api.dead_jobs.endpoints import router as dead_jobs
from api.demo.endpoints import router as demo
from api.devices.care import router as device_care
from api.devices.endpoints import router as devices
from api.downlink import Downlink
from api.dr_jeg.desk import Desk
from api.dr_jeg.endpoints import router as dr_jeg
from api.dr_jeg.streaming import router as dr_jeg_streams
from api.early_warning.endpoints import router as early_warning
from api.escalation_policies.endpoints import router as escalation_policies
from api.events.endpoints import router as events
from api.fhir.appointments import router as fhir_appointments
from api.fhir.endpoints import router as fhir
from api.fhir.everything import router as fhir_everything
from api.fhir.medications import router as fhir_medications
from api.fhir.observations import router as fhir_observations
from api.health.endpoints import router as health
from api.health_metrics.endpoints import router as health_metrics
from api.health_metrics.imports import IMPORT_PATH
from api.health_metrics.imports import router as imports
from api.health_metrics.manual import router as manual_readings
from api.health_metrics.report import router as health_report
from api.hospitals.endpoints import router as hospitals
from api.hospitals.systems import router as hospital_systems
from api.hub import Hub
from api.intake.endpoints import FORMS
from api.intake.endpoints import router as intake
from api.intake.service import Intake
from api.jobs.endpoints import router as jobs
from api.mailbox.endpoints import router as mailbox
from api.medications.categories import router as medication_categories
from api.medications.doses import router as doses
from api.medications.endpoints import router as medications
from api.medications.imports import MEDICATION_IMPORT_PATH
from api.medications.imports import router as medication_imports
from api.medications.mine import router as patient_medications
from api.medications.side_effects import router as side_effects
from api.middleware import BodyLimit, Compress, Forms, Problems, RequestContext
from api.notifications.endpoints import router as notifications
from api.observations.endpoints import router as observations
from api.patients.endpoints import router as patients
from api.payments.endpoints import router as payments
from api.payments.receipts import router as payment_receipts
from api.payments.webhooks import router as payment_webhooks
from api.providers.analytics import router as provider_analytics
from api.providers.endpoints import router as providers
from api.providers.schedule import router as provider_schedule
from api.providers.times import router as provider_times
from api.providers.workplaces import router as provider_workplaces
from api.quotas import Counting, Quotas
from api.rights.endpoints import router as rights
from api.roles.endpoints import router as roles
from api.scores.endpoints import router as scores
from api.services import Services
from api.settings import Settings
from api.spa import pages
from api.subscribers.endpoints import router as subscribers
from api.trail import Trail
from api.ward.endpoints import router as ward
from gateways.broker_accounts import FileBrokerAccounts
from gateways.files import stored_files
from gateways.licences import licences
from gateways.payments.providers import Providers
from gateways.wording import Templates
from storage.audit import leave
from storage.engine import Database
from telemetry.vouchers import Vouchers

DESCRIPTION = """
Health telemetry: devices publish vitals over MQTT, this API serves accounts, patients, readings,
alarms and devices.

Times are RFC 3339 in UTC, units UCUM. Send the access token of a login as `Authorization: Bearer`.
Paths end with a slash; without it they work just as well. HEAD is answered wherever GET is, OPTIONS
with the methods of a path. Lists come in pages of at most 500: pass `next` as `cursor` until it is
null.

What goes wrong is told as an RFC 9457 problem document, which names fields and never their values.
A query parameter that an operation does not know is refused (422), with the name of the one that
was probably meant: nobody gets more than they asked for by a slip. FHIR has its own rule; signed
links, webhooks and calendar feeds ignore what is added to them.
What the caller may not see answers as if it did not exist. Every answer has an `X-Request-ID`, the
caller's own where it is 8 to 64 letters, digits, dots, dashes and underscores.

Resources that are updated have an `ETag`: send it as `If-Match` to change what you saw and nothing
newer (412). Operations with an `Idempotency-Key` are carried out once however often they are sent:
for 24 hours the same request with the same key gets the first answer again, marked with
`Idempotency-Replayed`. Any other POST refuses the key (422): what it does not keep it promises
nobody.

Requests are counted by address, by user, by attempts to log in and by costly endpoint; `RateLimit`
and `RateLimit-Policy` tell how the caller stands, 429 has `Retry-After`. A body has at most 1 MiB
unless the operation says otherwise. Answers to GET are compressed where that is asked for, but
those about accounts.
"""

CORS_REQUEST_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "X-Purpose-Of-Use",
    "X-Request-ID",
]
CORS_RESPONSE_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]
CORS_SECONDS = 600


def create_app(settings: Settings) -> FastAPI:
    """Build the application; nothing is connected before it starts."""
    quotas = Quotas(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = app.state.services = _services(settings, quotas)
        parts.trail.start()
        parts.hub.start()
        parts.intake.start()
        parts.downlink.start()
        parts.dr_jeg.start()
        yield
        await parts.downlink.stop()
        await parts.hub.stop()
        await parts.intake.stop()
        await parts.dr_jeg.close()
        await parts.trail.stop()
        await parts.payments.close()
        await quotas.close()
        await parts.database.close()

    app = FastAPI(
        title="JEGHealth",
        description=DESCRIPTION.strip(),
        version=reference.VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        responses=reference.PROBLEMS,
        generate_unique_id_function=lambda route: route.name,
    )
    problems.install(app)
    _add_middleware(app, settings, quotas)
    for router in ROUTERS:
        app.include_router(router)
    panel.mount(app, settings)
    app.include_router(pages(settings.api_static_dir, ROUTERS))
    reference.install(app, also=FORMS)
    return app


ROUTERS: tuple[APIRouter, ...] = (
    accounts,
    own_account,
    second_factors,
    ward,
    patients,
    care_team,
    consents,
    roles,
    audit,
    observations,
    early_warning,
    scores,
    subscribers,
    health_metrics,
    health_report,
    imports,
    # After the others, whose paths begin with any reading.
    manual_readings,
    alarms,
    alarm_assignees,
    why,
    alarm_children,
    # Before the rules, whose paths begin with any condition.
    what_if,
    alarm_rules,
    jobs,
    dead_jobs,
    alarm_shelves,
    escalation_policies,
    payment_webhooks,
    payment_receipts,
    payments,
    appointments,
    appointment_steps,
    appointment_files,
    appointment_file_links,
    appointment_ratings,
    appointment_calendars,
    waiting_list,
    notifications,
    hospitals,
    hospital_systems,
    providers,
    provider_workplaces,
    provider_times,
    provider_schedule,
    provider_analytics,
    devices,
    device_care,
    commands,
    intake,
    events,
    # Before the medicines, whose paths begin with any id.
    medication_categories,
    medication_imports,
    medications,
    doses,
    patient_medications,
    side_effects,
    fhir,
    fhir_appointments,
    fhir_everything,
    fhir_medications,
    fhir_observations,
    rights,
    dr_jeg,
    dr_jeg_streams,
    demo,
    mailbox,
    health,
    reference.router,
)


def _services(settings: Settings, quotas: Quotas) -> Services:
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.api_pool_size,
        before_commit=leave,
    )
    waiters = Waiters()
    return Services(
        settings=settings,
        database=database,
        accounts=FileBrokerAccounts(settings.broker_accounts_dir),
        passwords=Passwords(),
        tokens=Tokens(settings),
        quotas=quotas,
        hub=Hub(database, waiters),
        intake=Intake(database, settings),
        downlink=Downlink(settings),
        waiters=waiters,
        trail=Trail(database),
        payments=Providers(settings, database, trying=settings.environment == "development"),
        vouchers=Vouchers(settings.secret_key.get_secret_value()),
        files=stored_files(settings.file_store()),
        licences=licences(settings.licences_via, settings.licences_url),
        dr_jeg=Desk(settings),
        wording=Templates(settings.public_url),
    )


def _add_middleware(app: FastAPI, settings: Settings, quotas: Quotas) -> None:
    """Add from the inside out: the last one is the first to see a request."""
    app.add_middleware(Audit)
    app.add_middleware(Counting, quotas=quotas)
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.api_max_body_bytes,
        larger={
            IMAGE_PATH: MAX_FORM_BYTES,
            IMPORT_PATH: settings.import_bytes,
            MEDICATION_IMPORT_PATH: settings.import_bytes,
            APPOINTMENT_FILES: settings.appointment_file_bytes + FORM_BYTES,
        },
    )
    app.add_middleware(Compress)
    app.add_middleware(Problems)
    if settings.api_cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api_cors_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=CORS_REQUEST_HEADERS,
            expose_headers=CORS_RESPONSE_HEADERS,
            max_age=CORS_SECONDS,
        )
    app.add_middleware(RequestContext)
    app.add_middleware(Forms)
