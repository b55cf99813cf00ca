"""The city's own data as pages: what there is, what it was, and on which day. Nothing here writes.

`asked` says which day a page shows, `links` keeps that day through all addresses, `names` says in words what rows point
at, `facts` and `past` turn rows and their editions into lines; the other modules are one page or a few each.
"""
