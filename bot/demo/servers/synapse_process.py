"""Runs Synapse, in the Python of its own environment: nothing of ours can be imported here.

Synapse looks at each event's mentions by a schema, and each time also whether the schema itself is one: a tenth of what
a homeserver of the tests computes. Its schemas never change, so here that is looked at once, at the start.
"""


def main() -> None:
    from synapse.app.homeserver import main as run
    from synapse.events import validator

    for kind, schema in (
        (validator.POWER_LEVELS_VALIDATOR, validator.POWER_LEVELS_SCHEMA),
        (validator.MENTIONS_VALIDATOR, validator.MENTIONS_SCHEMA),
    ):
        kind.check_schema(schema)
        kind.check_schema = lambda schema: None
    run()


if __name__ == "__main__":
    main()
