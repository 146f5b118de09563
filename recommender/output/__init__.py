"""What a result says to a person (`content`), and how it is written: a file for each form, listed in `formats`."""
