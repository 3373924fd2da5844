"""The site around its months: what stands there already, and what goes around the months that are built.

`state` reads what stands there and keeps earlier versions, `completion` makes what is to be written, `pages` has the
site's own pages, `feeds` what programs follow it by.
"""
