"""The cart of a conversation: what was taken, in which size and how often; nothing is taken that nobody chose.

In words, a shopper says anything ("add the second one in M", "make it two", "what's the total?"). A control of the page
says it exactly, as a turn whose reading is known::

    said = Understanding("cart", cart=CartCommand("add", "boots", "boots-43", 1), decided_by="shopper")
    for event in reply(state, "Add the Moor boots, size 43", shelf=shelf, model=model, said=said): ...

    CartCommand("add", ID)                        # asks for the size where there is one to choose
    CartCommand("quantity", ID, SKU, quantity=3)  # how many of the line there shall be
    CartCommand("variant", ID, SKU, to=OTHER)     # another size of the line
    CartCommand("remove", ID, SKU)                # the line goes
    CartCommand("clear"), CartCommand("show")     # asks before everything goes; every line and the total

The cart after a turn is ``Turn.cart``, now ``DialogueState.cart``: ``lines`` (``CartLine``), ``count`` and ``total``
(``Money``). ``choices.choices`` lists what is chosen within a product. What the shop asks back stands in
``Reply.pending`` (``{"about": "cart", "needs": "variant" | "product" | "line" | "number" | "yes", ...}``), with the
answers that may be given in ``Reply.choices``; ``Understanding("confirm")`` and ``Understanding("decline")`` answer
what ``needs`` a yes. What was done stands in ``Reply.committed``.
"""
