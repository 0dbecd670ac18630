"""Why an alarm called, over HTTP."""

import re

from telemetry.clock import now_ms
from tests.support.beds import add_bed, analysing
from tests.support.http import People, Person
from tests.support.worlds import until


async def test_an_alarm_shows_its_readings_its_rule_and_that_it_comes_out_again(
    people: People, database_url: str
) -> None:
    nurse, bed = await people.person("clinician"), await add_bed(people.db)
    await people.care(nurse, Person(bed.patient, people.client, ""))
    begin = now_ms() - 60_000

    async def called() -> bool:
        return any(one["state"] == "active_unacknowledged" for one in await bed.alarms())

    async with analysing(database_url) as task:
        await bed.send("oxygen_saturation", [(begin + 1000 * i, 86.0) for i in range(30)])
        await until(called, task)
    (alarm,) = await bed.alarms()
    url = f"/api/alarms/{alarm['id']}/why/"
    why = (await nurse.get(url)).json()
    assert (why["rule"]["limit"], why["rule"]["delay_s"], why["rule"]["version"]) == (
        89,
        15,
        "builtin:1",
    )
    assert (why["result"]["kind"], why["result"]["score"], why["result"]["value"]) == (
        "lasted",
        3,
        86,
    )
    (series,) = why["series"]
    assert (series["metric"], set(series["values"])) == ("oxygen_saturation", {86})
    assert (why["parts"], why["settle"], why["recomputed"]) == ([], None, None)
    assert not re.search("proof", (await nurse.get(url)).text)
    again = (await nurse.get(url, recompute=True)).json()["recomputed"]
    assert (again["agrees"], again["differences"]) == (True, [])
    await people.db.execute(
        "UPDATE vitals SET value = 95 WHERE series_id = %s", (bed.series["oxygen_saturation"],)
    )
    again = (await nurse.get(url, recompute=True)).json()["recomputed"]
    assert again["agrees"] is False
    assert "86 then, now 95" in again["differences"][0]
    stranger = await people.person("clinician")
    assert (await stranger.get(url)).status_code == 404


async def test_a_score_shows_what_each_input_gives_and_what_would_settle_it(
    people: People, database_url: str
) -> None:
    nurse, bed = await people.person("clinician"), await add_bed(people.db)
    await people.care(nurse, Person(bed.patient, people.client, ""))
    await people.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high,"
        " stale_after) VALUES (%s, 1, 1, 94, 98, '{\"heart_rate\": 7200}')",
        (bed.patient,),
    )
    begin = now_ms() - 400_000

    async def called() -> bool:
        found = [one["condition"] for one in await bed.alarms() if one["activated_at"]]
        return "news2" in found

    # Together: a minute that was scored with one of them alone is not scored again.
    for metric, value in (("respiratory_rate", 26.0), ("heart_rate", 135.0)):
        await bed.send(metric, [(begin + 5000 * i, value) for i in range(80)])
    async with analysing(database_url) as task:
        await until(called, task)
    alarm = next(one for one in await bed.alarms() if one["condition"] == "news2")
    why = (await nurse.get(f"/api/alarms/{alarm['id']}/why/", recompute=True)).json()
    parts = {one["input"]: one for one in why["parts"]}
    assert (parts["respiratory_rate"]["least"], parts["respiratory_rate"]["value"]) == (3, 26)
    assert (parts["heart_rate"]["least"], parts["heart_rate"]["unknown"]) == (3, False)
    assert parts["oxygen_saturation"]["unknown"]
    assert (parts["heart_rate"]["stale_after_s"], parts["respiratory_rate"]["stale_after_s"]) == (
        7_200,
        3_600,
    )
    assert why["settle"] == "oxygen_saturation"
    assert why["recomputed"]["agrees"], why["recomputed"]
