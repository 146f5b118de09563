"""The project as a whole: how it is built, described, attacked and shipped."""
