"""What the shop's own rules say in numbers; the documents under ``policies/`` say the same in words."""

from __future__ import annotations

# Cents.
STANDARD_SHIPPING = 495
EXPRESS_SHIPPING = 1295
BULKY_SHIPPING = 3900
# From this value of goods on, standard shipping is free; for members it always is.
FREE_SHIPPING_FROM = 4900
BULKY = ("Sofas", "Bookcases", "Office Chairs", "Bicycles", "Rugs", "Cat Trees")
# Days after delivery within which something may be sent back.
RETURN_DAYS = 30
MEMBER_RETURN_DAYS = 60
# Departments and categories with a window of their own.
SHORTER_RETURNS = {
    "Computers": 14, "Audio & Phones": 14, "Photo & Watches": 14, "Earbuds": 0, "Moisturisers": 0, "Sunscreens": 0,
    "Shampoos": 0,
}  # fmt: skip
# What a return costs the customer, in cents, unless the shop is at fault or the customer is a member.
RETURN_FEE = 395
BULKY_RETURN_FEE = 3900
# Days from the arrival of a return to the money.
REFUND_DAYS = 5
