"""The diary, and how it moves a routine."""
