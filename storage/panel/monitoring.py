"""Sheets of devices, of what they measure, and of the alarms that come of it."""

from typing import Final

from sqlalchemy import select

from storage import models as m
from storage.panel.sheets import Sheet, Whose


def _owner(device_id: Whose) -> Whose:
    owner = select(m.IoTDevice.owner_id).where(m.IoTDevice.device_id == device_id)
    return owner.scalar_subquery()


def _measured(series_id: Whose) -> Whose:
    return select(m.Series.patient_id).where(m.Series.id == series_id).scalar_subquery()


def _alarmed(alarm_id: Whose) -> Whose:
    return select(m.Alarm.patient_id).where(m.Alarm.id == alarm_id).scalar_subquery()


_DEVICES: Final = (
    Sheet(
        model=m.IoTDevice,
        group="Devices",
        label="Devices",
        title=("name",),
        columns=("name", "device_type", "owner_id", "status", "is_online", "last_seen"),
        newest="created_at",
        by="device_id",
        search=("model",),
        patient=lambda: m.IoTDevice.owner_id,
    ),
    Sheet(
        model=m.DeviceKey,
        group="Devices",
        label="Device keys",
        columns=("device_id", "created_at", "expires_at", "revoked_at"),
        patient=lambda: _owner(m.DeviceKey.device_id),
    ),
    Sheet(
        model=m.DeviceError,
        group="Devices",
        label="Device errors",
        columns=("device_id", "code", "message", "received_at"),
        newest="id",
        patient=lambda: _owner(m.DeviceError.device_id),
    ),
    Sheet(
        model=m.DeviceMaintenance,
        group="Devices",
        label="Maintenance",
        columns=("device_id", "started_at", "started_by_id", "finished_at", "note"),
        patient=lambda: _owner(m.DeviceMaintenance.device_id),
    ),
    Sheet(
        model=m.DeviceCommand,
        group="Devices",
        label="Commands",
        columns=("device_id", "name", "status", "requested_by_id", "created_at"),
        newest="created_at",
        patient=lambda: _owner(m.DeviceCommand.device_id),
    ),
    Sheet(
        model=m.DeviceConfig,
        group="Devices",
        label="Configurations",
        columns=("device_id", "version", "acknowledged_version", "updated_at"),
        patient=lambda: _owner(m.DeviceConfig.device_id),
    ),
    Sheet(
        model=m.DeviceClock,
        group="Devices",
        label="Clocks",
        columns=("device_id", "boot", "valid_from", "offset_ms", "state"),
        patient=lambda: _owner(m.DeviceClock.device_id),
    ),
    Sheet(
        model=m.DeviceLedger,
        group="Devices",
        label="Ledgers",
        columns=("device_id", "boot", "max_seq", "stored", "duplicate", "rejected"),
        hidden=frozenset({"seen"}),
        patient=lambda: _owner(m.DeviceLedger.device_id),
    ),
    Sheet(
        model=m.DeviceCondition,
        group="Devices",
        label="Technical conditions",
        columns=("device_id", "kind", "since", "raised", "due_at"),
        patient=lambda: _owner(m.DeviceCondition.device_id),
    ),
    Sheet(
        model=m.DeadLetter,
        group="Devices",
        label="Dead letters",
        columns=("received_at", "reason", "device_id", "readings", "replayable", "released_at"),
        newest="received_at",
        search=("reason",),
        links=(("device_id", "iot_devices"),),
        patient=lambda: _owner(m.DeadLetter.device_id),
    ),
)
_READINGS: Final = (
    Sheet(
        model=m.Series,
        group="Readings",
        label="Series",
        columns=("id", "patient_id", "metric", "device_id", "source"),
        asks_for=("patient_id", "device_id", "id"),
        patient=lambda: m.Series.patient_id,
    ),
    Sheet(
        model=m.Vital,
        group="Readings",
        label="Health metrics",
        columns=("series_id", "time", "value", "quality"),
        newest="time",
        links=(("series_id", "series"),),
        asks_for=("series_id",),
        patient=lambda: _measured(m.Vital.series_id),
    ),
    Sheet(
        model=m.Latest,
        group="Readings",
        label="Newest readings",
        columns=("series_id", "time", "value", "quality", "received_at"),
        asks_for=("series_id",),
        patient=lambda: _measured(m.Latest.series_id),
    ),
    Sheet(
        model=m.ManualEntry,
        group="Readings",
        label="Entered by hand",
        columns=("series_id", "time", "recorded_by_id", "created_at"),
        asks_for=("series_id", "recorded_by_id"),
        patient=lambda: _measured(m.ManualEntry.series_id),
    ),
    Sheet(
        model=m.ReadingAmendment,
        group="Readings",
        label="Amendments",
        columns=("series_id", "time", "kind", "amended_by_id", "amended_at"),
        asks_for=("series_id", "amended_by_id", "id"),
        patient=lambda: _measured(m.ReadingAmendment.series_id),
    ),
    Sheet(
        model=m.ObservationSet,
        group="Readings",
        label="Observations",
        columns=("patient_id", "measured_at", "recorded_by_id"),
        asks_for=("patient_id", "recorded_by_id", "id"),
        patient=lambda: m.ObservationSet.patient_id,
    ),
    Sheet(
        model=m.EarlyWarning,
        group="Readings",
        label="Early warning prescriptions",
        columns=("patient_id", "version", "scale", "created_by_id", "superseded_at"),
        patient=lambda: m.EarlyWarning.patient_id,
    ),
    Sheet(
        model=m.ScoreHistory,
        group="Readings",
        label="Scores",
        columns=("patient_id", "kind", "hour", "worst", "version"),
        asks_for=("patient_id",),
        patient=lambda: m.ScoreHistory.patient_id,
    ),
    Sheet(
        model=m.HealthGoal,
        group="Readings",
        label="Goals",
        columns=("patient_id", "metric", "target", "direction", "due_on"),
        patient=lambda: m.HealthGoal.patient_id,
    ),
    Sheet(
        model=m.Milestone,
        group="Readings",
        label="Milestones",
        columns=("patient_id", "kind", "metric", "value", "achieved_on"),
        patient=lambda: m.Milestone.patient_id,
    ),
    Sheet(
        model=m.Import,
        group="Readings",
        label="Imports",
        columns=("id", "patient_id", "size_bytes", "created_at"),
        patient=lambda: m.Import.patient_id,
    ),
)
_ALARMS: Final = (
    Sheet(
        model=m.Alarm,
        group="Alarms",
        label="Alarms",
        title=("title",),
        columns=("started_at", "patient_id", "title", "priority", "state", "assignee_id"),
        newest="started_at",
        search=("condition",),
        patient=lambda: m.Alarm.patient_id,
    ),
    Sheet(
        model=m.AlarmTransition,
        group="Alarms",
        label="Alarm transitions",
        columns=("id", "alarm_id", "at", "from_state", "to_state", "reason", "actor_id"),
        newest="id",
        patient=lambda: _alarmed(m.AlarmTransition.alarm_id),
    ),
    Sheet(
        model=m.AlarmNote,
        group="Alarms",
        label="Alarm notes",
        columns=("alarm_id", "at", "author_id"),
        patient=lambda: _alarmed(m.AlarmNote.alarm_id),
    ),
    Sheet(
        model=m.AlarmRule,
        group="Alarms",
        label="Alarm rules",
        columns=("condition", "patient_id", "ward", "version", "enabled", "priority"),
        few=True,
        patient=lambda: m.AlarmRule.patient_id,
    ),
    Sheet(
        model=m.AlarmShelf,
        group="Alarms",
        label="Shelves",
        columns=("patient_id", "condition", "starts_at", "ends_at", "by_id", "ended_at"),
        newest="starts_at",
        patient=lambda: m.AlarmShelf.patient_id,
    ),
    Sheet(
        model=m.AlarmAttention,
        group="Alarms",
        label="Calls that go on",
        columns=("alarm_id", "round", "policy", "began_at", "told_at"),
        patient=lambda: _alarmed(m.AlarmAttention.alarm_id),
    ),
    Sheet(
        model=m.EscalationPolicy,
        group="Alarms",
        label="Escalation policies",
        columns=("hospital_id", "ward", "priority", "version", "superseded_at"),
        few=True,
    ),
)
SHEETS: Final = (*_DEVICES, *_READINGS, *_ALARMS)
