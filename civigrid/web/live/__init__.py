"""Live updates: which cases changed, told to every open screen that may see them.

`hub` asks the database once per process every 100 ms and hands each message, encoded once, to the screens in whose scope
it lies. `door` is the address browsers connect to (`/live`) and the one they ask where streams do not pass (`/live/since`).
"""
