"""The lies that can be told in the guide, to see whether its checks find them.

``prose`` turns the words of a text round, ``lines`` a line of a sample, ``pages`` what stands
between them on a page, and ``files`` what is no page; ``guide`` tells them, and what a translator
does with a message.  A lie of the first two is told in one language alone, or in all of them alike,
as somebody would tell it who believes it: in the page, in the catalogs, and with the words of each
language.
"""
