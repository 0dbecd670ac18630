"""How the weights that the package ships were made. Nothing here runs in the engine."""
