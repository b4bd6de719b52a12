import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concertia.config.settings")
application = get_wsgi_application()

from concertia.territories.places import search_places  # noqa: E402 -- app ready

# The official list takes about a second to read: now, rather than on the first visitor's time.
threading.Thread(target=search_places, args=("",), daemon=True).start()
