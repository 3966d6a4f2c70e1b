"""What a customer wants done with an order: what it takes is read, asked for where it is missing, and proposed."""

from __future__ import annotations

from assistant.service import feed
from assistant.service.talk import find, saying
from assistant.service.talk.serving import Served, Serving, only
from assistant.service.values import CANCELLED, DELIVERED, PENDING, Order


def status(serving: Serving) -> Served:
    """Where an order is, or all of them; its invoice."""
    order = serving.order_named() or only([o for o in serving.orders if o.status not in (DELIVERED, CANCELLED)])
    if order is None:
        return serving.done(saying.overview(serving.orders, serving.known))
    if find.said("invoice", serving.text):
        return serving.done(saying.invoice(order, serving.known))
    last = serving.last_day(order)
    return serving.done(saying.status(order, serving.known, last, serving.gate.today()))


def again(serving: Serving) -> Served:
    """The same things ordered once more."""
    order = serving.order_named() or (serving.orders[-1] if not find.numbers(serving.frame.said) else None)
    if order is None:
        return serving.ask("order", *saying.which_order(serving.orders, serving.known))
    lines = find.lines_in(serving.frame.said, order) or [n for n in order.lines for _ in range(n.quantity)]
    given = {
        "order_id": order.id,
        "item_ids": [line.item_id for line in lines],
        "payment_method_id": serving.method(order),
    }
    return serving.propose("reorder_items", given)


def damaged(serving: Serving) -> Served:
    """Something came broken, or did not come: replaced or paid back."""
    order = serving.order(DELIVERED)
    if isinstance(order, Served):
        return order
    lines = serving.lines(order, "report")
    if isinstance(lines, Served):
        return lines
    said = serving.frame.said
    remedy = "refund" if find.said("refund", said) else "replacement" if find.said("replacement", said) else ""
    if not remedy:
        return serving.ask("remedy", saying.remedy(order, lines, serving.known))
    given = {
        "order_id": order.id,
        "item_ids": [line.item_id for line in lines],
        "problem": "missing" if find.said("missing", said) else "damaged",
        "remedy": remedy,
    }
    return serving.propose("report_order_problem", given)


def fell(serving: Serving) -> Served:
    """A price fell after the order."""
    order = serving.order_named()
    if order is None:
        return serving.ask(
            "order", *saying.which_order(serving.orders, serving.known), options=[o.id for o in serving.orders]
        )
    lines = find.lines_in(serving.frame.said, order) or [n for n in order.lines for _ in range(n.quantity)]
    given = {"order_id": order.id, "item_ids": [line.item_id for line in lines]}
    return serving.propose("adjust_order_price", given)


def cancel(serving: Serving) -> Served:
    """An order called off."""
    order = serving.order(PENDING)
    if isinstance(order, Served):
        return order
    reason = find.reason_in(serving.frame.said)
    if reason is None and order.status == PENDING:
        return serving.ask("reason", saying.plain(saying.REASON))
    return serving.propose("cancel_pending_order", {"order_id": order.id, "reason": reason or "no longer needed"})


def give_back(serving: Serving) -> Served:
    """Things sent back, or where the money for such is."""
    if find.said("refund", serving.text) and find.said("asks", serving.text) and not serving.asked:
        named = serving.order_named() or only([o for o in serving.orders if o.returned])
        if named:
            return serving.done(saying.refunds(named, serving.known))
    order = serving.order(DELIVERED)
    if isinstance(order, Served):
        return order
    lines = serving.lines(order, "send back")
    if isinstance(lines, Served):
        return lines
    given = {
        "order_id": order.id,
        "item_ids": [line.item_id for line in lines],
        "payment_method_id": serving.method(order),
    }
    return serving.propose("return_delivered_order_items", given)


def exchange(serving: Serving) -> Served:
    """Things swapped for other variants."""
    named = serving.order_named()
    if named and named.status == PENDING:
        # What has not been sent yet is changed.
        return _swap(serving, named, "modify_pending_order_items", "change")
    order = serving.order(DELIVERED)
    return order if isinstance(order, Served) else _swap(serving, order, "exchange_delivered_order_items", "exchange")


def change(serving: Serving) -> Served:
    """Another address, means of payment or variant for what was not sent yet."""
    order = serving.order(PENDING)
    if isinstance(order, Served):
        return order
    said = serving.frame.said
    if find.said("address", said) or find.address_in(said):
        address = find.address_in(serving.text) or find.address_in(said)
        if address is None and order.status == PENDING:
            return serving.ask("address", saying.plain(saying.ADDRESS))
        row = feed.address_row(address or order.address)
        return serving.propose("modify_pending_order_address", {"order_id": order.id, **row})
    if find.said("payment", said):
        methods = serving.methods_named()
        if len(methods) != 1:
            names = [m.kind.replace("_", " ") for m in serving.customer.methods]
            return serving.ask("method", serving.which_method(), options=names)
        given = {"order_id": order.id, "payment_method_id": methods[0].id}
        return serving.propose("modify_pending_order_payment", given)
    if find.lines_in(said, order):
        return _swap(serving, order, "modify_pending_order_items", "change")
    return serving.ask("what", saying.plain(saying.WHAT), options=["address", "pay", "item", "thing"])


def _swap(serving: Serving, order: Order, action: str, verb: str) -> Served:
    lines = serving.lines(order, verb)
    if isinstance(lines, Served):
        return lines
    news = []
    for line in lines:
        product = serving.gate.goods.product(line.product_id)
        found = find.variants_in(serving.frame.said, product, line) if product else []
        if product is None or len(found) != 1:
            values = sorted({v for variant in (product.variants if product else ()) for v in variant.options.values()})
            question = f"What would you like instead of {line}? There is: {', '.join(values)}."
            return serving.ask("variant", saying.resting(question, serving.known), options=values)
        news.append(found[0].id)
    given = {
        "order_id": order.id,
        "item_ids": [line.item_id for line in lines],
        "new_item_ids": news,
        "payment_method_id": serving.method(order),
    }
    return serving.propose(action, given)
