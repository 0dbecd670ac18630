"""How well the engine sees what it is for, on recordings of real patients."""
