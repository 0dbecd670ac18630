"""Program: MQTT to database, acknowledged after the commit."""
