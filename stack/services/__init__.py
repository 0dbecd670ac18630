"""The private PostgreSQL cluster and the private Mosquitto of one clone or one test run."""
