"""How django-allauth opens accounts and sessions here: by invitation, and counted where every process sees it."""

import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.contrib.sites.shortcuts import get_current_site

from concertia.core.mail import post
from concertia.territories import proconnect, sessions


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Through the outbox, as every mail: its failure is shown, and its single-use link erased once sent."""
        request = allauth_context.request
        known = {"request": request, "email": email, "current_site": get_current_site(request)}
        message = self.render_mail(template_prefix, email, known | context)
        post(f"account:{secrets.token_hex(8)}", to=email, subject=message.subject, body=message.body)

    def pre_authenticate(self, request, **credentials):
        """Failed passwords are counted by axes, by account and address together: nobody locks somebody else out."""

    def login(self, request, user):
        super().login(request, user)
        sessions.begin(request)

    def post_login(self, request, user, *, signal_kwargs, **more):
        proconnect.remember_identity(request, signal_kwargs)
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **more)


def mail_tried(request, credentials=None):
    """Whose account an attempt is about, for axes: the mail typed, whatever its case."""
    given = credentials or {}
    mail = given.get("email") or given.get("login") or given.get("username") or request.POST.get("login", "")
    return mail.strip().lower()[:255] or None
