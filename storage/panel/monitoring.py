"""Sheets of devices, of what they measure, and of the alarms that come of it."""

from functools import partial
from typing import Final

from sqlalchemy import literal_column

from storage import models as m
from storage.models.alarms import ALARM_WORDS
from storage.panel.sheets import Sheet, through

_device = partial(Sheet, group="Devices")
_reading = partial(Sheet, group="Readings")
_alarm = partial(Sheet, group="Alarms")
_owner = through(m.IoTDevice.device_id, m.IoTDevice.owner_id)
_measured = through(m.Series.id, m.Series.patient_id)
_alarmed = through(m.Alarm.id, m.Alarm.patient_id)

_DEVICES: Final = (
    _device(
        model=m.IoTDevice,
        label="Devices",
        title=("name",),
        columns=("name", "device_type", "owner_id", "status", "is_online", "last_seen"),
        newest="created_at",
        by="device_id",
        search=("name", "manufacturer", "model"),
        patient=m.IoTDevice.owner_id,
    ),
    _device(
        model=m.DeviceKey,
        label="Device keys",
        columns=("device_id", "created_at", "expires_at", "revoked_at"),
        patient=_owner(m.DeviceKey.device_id),
    ),
    _device(
        model=m.DeviceError,
        label="Device errors",
        columns=("device_id", "code", "message", "received_at"),
        newest="id",
        patient=_owner(m.DeviceError.device_id),
    ),
    _device(
        model=m.DeviceMaintenance,
        label="Maintenance",
        columns=("device_id", "started_at", "started_by_id", "finished_at", "note"),
        patient=_owner(m.DeviceMaintenance.device_id),
    ),
    _device(
        model=m.DeviceCommand,
        label="Commands",
        columns=("device_id", "name", "status", "requested_by_id", "created_at"),
        newest="created_at",
        patient=_owner(m.DeviceCommand.device_id),
    ),
    _device(
        model=m.DeviceConfig,
        label="Configurations",
        columns=("device_id", "version", "acknowledged_version", "updated_at"),
        patient=_owner(m.DeviceConfig.device_id),
    ),
    _device(
        model=m.DeviceClock,
        label="Clocks",
        columns=("device_id", "boot", "valid_from", "offset_ms", "state"),
        patient=_owner(m.DeviceClock.device_id),
    ),
    _device(
        model=m.DeviceLedger,
        label="Ledgers",
        columns=("device_id", "boot", "max_seq", "stored", "duplicate", "rejected"),
        hidden=frozenset({"seen"}),
        patient=_owner(m.DeviceLedger.device_id),
    ),
    _device(
        model=m.DeviceCondition,
        label="Technical conditions",
        columns=("device_id", "kind", "since", "raised", "due_at"),
        patient=_owner(m.DeviceCondition.device_id),
    ),
    _device(
        model=m.DeadLetter,
        label="Dead letters",
        columns=("received_at", "reason", "device_id", "readings", "replayable", "released_at"),
        newest="received_at",
        values=("reason",),
        links=(("device_id", "iot_devices"),),
        patient=_owner(m.DeadLetter.device_id),
    ),
)
_READINGS: Final = (
    _reading(
        model=m.Series,
        label="Series",
        title=("metric", "patient_id"),
        columns=("id", "patient_id", "metric", "device_id", "source"),
        asks_for=("patient_id", "device_id", "id"),
        patient=m.Series.patient_id,
    ),
    _reading(
        model=m.Vital,
        label="Health metrics",
        columns=("series_id", "time", "value", "quality"),
        newest="time",
        links=(("series_id", "series"),),
        asks_for=("series_id",),
        patient=_measured(m.Vital.series_id),
    ),
    _reading(
        model=m.Latest,
        label="Newest readings",
        columns=("series_id", "time", "value", "quality", "received_at"),
        asks_for=("series_id",),
        patient=_measured(m.Latest.series_id),
    ),
    _reading(
        model=m.ManualEntry,
        label="Entered by hand",
        columns=("series_id", "time", "recorded_by_id", "created_at"),
        asks_for=("series_id", "recorded_by_id"),
        patient=_measured(m.ManualEntry.series_id),
    ),
    _reading(
        model=m.ReadingAmendment,
        label="Amendments",
        columns=("series_id", "time", "kind", "amended_by_id", "amended_at"),
        asks_for=("series_id", "amended_by_id", "id"),
        patient=_measured(m.ReadingAmendment.series_id),
    ),
    _reading(
        model=m.ObservationSet,
        label="Observations",
        columns=("patient_id", "measured_at", "recorded_by_id"),
        asks_for=("patient_id", "recorded_by_id", "id"),
        patient=m.ObservationSet.patient_id,
    ),
    _reading(
        model=m.EarlyWarning,
        label="Early warning prescriptions",
        columns=("patient_id", "version", "scale", "created_by_id", "superseded_at"),
        patient=m.EarlyWarning.patient_id,
    ),
    _reading(
        model=m.ScoreHistory,
        label="Scores",
        columns=("patient_id", "kind", "hour", "worst", "version"),
        asks_for=("patient_id",),
        patient=m.ScoreHistory.patient_id,
    ),
    _reading(
        model=m.HealthGoal,
        label="Goals",
        columns=("patient_id", "metric", "target", "direction", "due_on"),
        patient=m.HealthGoal.patient_id,
    ),
    _reading(
        model=m.Milestone,
        label="Milestones",
        columns=("patient_id", "kind", "metric", "value", "achieved_on"),
        patient=m.Milestone.patient_id,
    ),
    _reading(
        model=m.Import,
        label="Imports",
        columns=("id", "patient_id", "size_bytes", "created_at"),
        patient=m.Import.patient_id,
    ),
)
_ALARMS: Final = (
    _alarm(
        model=m.Alarm,
        label="Alarms",
        title=("title",),
        columns=("started_at", "patient_id", "title", "priority", "state", "assignee_id"),
        newest="started_at",
        text=literal_column(ALARM_WORDS.text),
        patient=m.Alarm.patient_id,
    ),
    _alarm(
        model=m.AlarmTransition,
        label="Alarm transitions",
        columns=("id", "alarm_id", "at", "from_state", "to_state", "reason", "actor_id"),
        newest="id",
        patient=_alarmed(m.AlarmTransition.alarm_id),
    ),
    _alarm(
        model=m.AlarmNote,
        label="Alarm notes",
        title=("at", "author_id"),
        columns=("alarm_id", "at", "author_id"),
        patient=_alarmed(m.AlarmNote.alarm_id),
    ),
    _alarm(
        model=m.AlarmRule,
        label="Alarm rules",
        columns=(
            "condition",
            "patient_id",
            "ward",
            "hospital_id",
            "version",
            "enabled",
            "priority",
        ),
        search=("condition", "ward"),
        few=True,
        patient=m.AlarmRule.patient_id,
    ),
    _alarm(
        model=m.AlarmShelf,
        label="Shelves",
        columns=("patient_id", "condition", "starts_at", "ends_at", "by_id", "ended_at"),
        newest="starts_at",
        patient=m.AlarmShelf.patient_id,
    ),
    _alarm(
        model=m.AlarmAttention,
        label="Calls that go on",
        columns=("alarm_id", "round", "policy", "began_at", "told_at"),
        patient=_alarmed(m.AlarmAttention.alarm_id),
    ),
    _alarm(
        model=m.EscalationPolicy,
        label="Escalation policies",
        columns=("hospital_id", "ward", "priority", "version", "superseded_at"),
        search=("ward", "priority"),
        few=True,
    ),
)
SHEETS: Final = (*_DEVICES, *_READINGS, *_ALARMS)
