"""`python -m tests.accounts.oidc_provider.serve CALLBACK...`: start the provider on a free port and print its number."""

from __future__ import annotations

import os
import socketserver
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PASSWORD = "of the provider"
# username, name, BSN or last name, e-mail, whether the provider checked the address
PEOPLE = [
    ("eva", "Eva", "Jansen", "eva@stad.example", True),
    ("anna-elsewhere", "Anna", "Elders", "anna@example.nl", True),
    ("anna-claims", "Anna", "Zegt", "anna@example.nl", False),
    ("burger", "", "900070341", "", False),
    ("burger-bsn", "", "900026236", "", False),
]


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main(callbacks: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.accounts.oidc_provider.settings"
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for username, first, last, email, verified in PEOPLE:
        user = User.objects.create_user(username, email, PASSWORD, first_name=first, last_name=last)
        if email:
            EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    client = Client(id="aanzet", name="AanZet", scopes="openid\nprofile\nemail")
    client.set_secret("shared by the two")
    client.set_redirect_uris(callbacks)
    client.save()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet)
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
