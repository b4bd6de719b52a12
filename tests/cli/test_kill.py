"""Kill -9 of everything while people save: nothing acknowledged is lost, and a planted fault is seen."""

import pytest

from tests.cli.installation import ON_POSTGRES, Installation
from tests.cli.kill import cycles_asked, kill_again_and_again
from tests.database import private_cluster

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]


@pytest.mark.skipif(ON_POSTGRES, reason="le même essai sur PostgreSQL suit")
def test_kill_loses_nothing_that_was_acknowledged(installation):
    report = kill_again_and_again(installation, cycles=cycles_asked(3), seed=1)
    assert (report.lost, report.cycles) == (0, cycles_asked(3))
    assert report.acknowledged >= 10 * report.cycles  # it did save under the load
    assert report.slowest_restart < 15


@pytest.mark.skipif(ON_POSTGRES, reason="la faute plantée est la même sur PostgreSQL")
def test_kill_sees_a_save_acknowledged_before_it_is_committed(installation):
    fault = {"DJANGO_SETTINGS_MODULE": "tests.cli.kill_settings"}
    report = kill_again_and_again(installation, cycles=2, seed=2, env=fault)
    assert report.lost > 0


@pytest.mark.skipif(not ON_POSTGRES, reason="demande PostgreSQL")
def test_kill_of_the_site_and_of_postgres_loses_nothing(initialised, tmp_path, monkeypatch):
    """A cluster of its own, with fsync: every other cycle, it is killed with the rest."""
    with private_cluster(durable=True) as cluster:
        monkeypatch.setenv("DATABASE_URL", cluster.new_database())
        installation = Installation.create(tmp_path)
        report = kill_again_and_again(installation, cycles=cycles_asked(2), seed=3, cluster=cluster)
    assert (report.lost, report.cycles) == (0, cycles_asked(2))
    assert report.database_kills == cycles_asked(2) // 2
