"""The fault that the kill test must see: answer « saved » at once, write half a second later."""

import queue
import threading
import time

from django.db import close_old_connections
from django.http import JsonResponse

DELAY = 0.5


def acknowledge_before_commit(get_response):
    waiting = queue.Queue()

    def write_later():
        while True:
            asked_at, request = waiting.get()
            time.sleep(max(0.0, asked_at + DELAY - time.monotonic()))
            get_response(request)
            close_old_connections()

    threading.Thread(target=write_later, daemon=True).start()

    def middleware(request):
        if request.headers.get("X-Concertia-Autosave") != "1":
            return get_response(request)
        version = int(request.POST["version"]) + 1  # reads the body now: the connection closes before the write
        waiting.put((time.monotonic(), request))
        return JsonResponse({"version": version, "saved_at": "", "errors": []})

    return middleware
