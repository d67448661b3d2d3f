"""What a command would do, worked out without doing it: a module a purpose, since none loads what others need."""
