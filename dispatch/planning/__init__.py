"""A snapshot of the world and its travel times in, a plan that people can read out: pure."""
