"""CPU of a request that answers with cards, over the floor of the same stack."""
