"""Who is sent alarms over MQTT."""
