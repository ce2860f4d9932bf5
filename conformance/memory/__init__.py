"""Memory that is watched: guarded storages, which bytes were written, what broke a rule."""
