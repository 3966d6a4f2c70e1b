"""What is learnt of a customer: tastes with their evidence, and the models that predict from what customers did."""
