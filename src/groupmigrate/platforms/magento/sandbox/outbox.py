"""The mails that the shop would send. Nothing leaves this machine: they are kept and counted."""

from __future__ import annotations

from groupmigrate.platforms.magento.sandbox.shop import Shop
from groupmigrate.platforms.practicefile import Row

WELCOME = "customer_create_account_email_template"
WELCOME_WITHOUT_PASSWORD = "customer_create_account_email_no_password_template"  # noqa: S105
CONFIRM = "customer_create_account_email_confirmation_template"
RESET = "customer_password_reset_password_template"
REMINDER = "customer_password_remind_email_template"
SUBSCRIBED = "newsletter_subscription_success_email_template"
UNSUBSCRIBED = "newsletter_subscription_un_email_template"
CONFIRM_SUBSCRIPTION = "newsletter_subscription_confirm_email_template"


def post(shop: Shop, template: str, recipient: str, store: int) -> None:
    """Send a mail of a store view, unless the shop's mail is switched off."""
    if shop.switched("system/smtp/disable"):
        return
    mail: Row = {"template": template, "recipient": recipient, "store_id": store, "sent_at": shop.now()}
    shop.insert("outbox", mail)


def sent(shop: Shop) -> list[Row]:
    """Every mail since the beginning, oldest first: recipient, template, store_id and sent_at."""
    return shop.rows("SELECT recipient, template, store_id, sent_at FROM outbox ORDER BY mail_id")
