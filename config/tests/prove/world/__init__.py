"""A small world that lives at random, beside a model of it in plain Python that says who sees what of it.

Every noun brings a mixin of rules (`PeopleRules`, `TrackRules`) and a part of the model; `World` in `machine.py` joins
them. Something new is a mixin more, with its reads in `reading.py` or its own module.
"""
