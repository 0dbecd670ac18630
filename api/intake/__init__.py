"""What devices send over HTTP: readings and faults, judged and stored as those over MQTT."""
