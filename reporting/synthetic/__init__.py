"""One generator of made-up partnerships: a package of any size for benchmarks, and the demonstration.

It tells a city in two parts:

- chapters (here, ``chapters.CHAPTERS``) write rows of an exchange package. Each is a function of the :class:`City`;
  they stand in the order in which one needs what another has made. Columns come from the exchange's own declarations.
- scenes (``reporting.services.scenes.SCENES``) are acted in a consortium that has the package, by its people and
  through the services that the pages use: what no package carries, as workers, notices, proposals and restrictions.
  Only the demonstration plays them.

A new kind of record is one function in a file of either, and its name in the list. Each chapter draws by itself, so a
new one leaves what the others tell as it was. The same pack, size, seed and day give the same package, to the byte:
nothing here reads the clock, the database or the order of a set.
"""
