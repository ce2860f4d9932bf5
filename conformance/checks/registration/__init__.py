"""What a registration owes: one file a question. They run in the process of the registration.

What is asked here is what torch, its compiler and callers make of an operator. The registration
itself decides what they see, so a file that means harm can hide what it does; its values are judged
elsewhere, against a contract.
"""
