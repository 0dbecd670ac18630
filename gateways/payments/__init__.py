"""Taking money: a ledger of one's own as the default, Stripe, PayPal."""
