"""A simulation of the whole bot on simulated servers, clock and database faults: one seed is one run.

It knows the ports, the database's URL and the room; nothing of what is inside.
"""
