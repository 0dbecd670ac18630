"""What the admin panel shows of the tables: their columns, how they are found, whose they are."""
