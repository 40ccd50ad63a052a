"""What a status says for the owner, out of the settings. Pure."""

from gateway.control.status import ContactNow, PageNow
from gateway.settings.model import Settings


def contacts_now(settings: Settings) -> tuple[ContactNow, ...]:
    """Give whom the owner calls, in the order of the site file."""
    return tuple(
        ContactNow(name=contact.name, phone=contact.phone, role=contact.role)
        for contact in settings.contacts
    )


def page_now(settings: Settings) -> PageNow | None:
    """Give where the owner's page is to be served; None where the site has none."""
    page = settings.page
    if page is None:
        return None
    return PageNow(
        interface=page.interface, address=page.address, port=page.port, language=page.language
    )
