"""The baseline: what a tutorial would write. aiomqtt, JSON, one INSERT per reading."""

import asyncio
import json
import os

import aiomqtt
import psycopg

INSERT = """
    INSERT INTO tutorial_readings (device_id, metric, time, value)
    VALUES (%s, %s, to_timestamp(%s::float8 / 1000), %s) ON CONFLICT DO NOTHING
"""


async def main() -> None:
    """Store every reading that arrives, one statement each."""
    async with (
        await psycopg.AsyncConnection.connect(os.environ["DATABASE"], autocommit=True) as db,
        aiomqtt.Client(
            "127.0.0.1",
            int(os.environ["PORT"]),
            username="jeg-ingest",
            password=os.environ["PASSWORD"],
            identifier="tutorial",
            clean_session=False,
        ) as client,
    ):
        await client.subscribe("jeg/v1/+/+/up/#", qos=1)
        async for message in client.messages:
            device = str(message.topic).split("/")[3]
            for reading in json.loads(str(message.payload, "utf-8"))["m"]:
                values = (device, reading["c"], reading["t"], reading["v"])
                await db.execute(INSERT, values)


if __name__ == "__main__":
    asyncio.run(main())
