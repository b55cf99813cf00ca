from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
class Backend(ModelBackend): pass
class Adapter(DefaultAccountAdapter): pass
