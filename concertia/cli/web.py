"""What granian loads: the application, the front server's word about addresses, and an end tied to granian's."""

import multiprocessing
import os

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from concertia.cli.installation import die_with_parent
from concertia.config.settings import ENVIRONMENT
from concertia.config.wsgi import application as bare


def granian_pid() -> int:
    """Who started this worker; it may be dead already, and then our parent is somebody else."""
    starter = multiprocessing.parent_process()
    if starter is None or multiprocessing.get_start_method() == "forkserver":
        return os.getppid()
    return starter.pid


die_with_parent(granian_pid())
# Only behind a declared front server: anyone else could write the header and hide their address from the lock-out.
application = wrap_wsgi_with_proxy_headers(bare, list(ENVIRONMENT.trusted_proxies)) if ENVIRONMENT.is_secure else bare
