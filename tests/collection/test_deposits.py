import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from concertia.analysis.actions.runs import freeze_corpus
from concertia.collection.actions import deposits
from concertia.collection.enums import DepositState, Use
from concertia.collection.models import Contribution, Deposit
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.jobs import send_silent_jobs_again
from concertia.core.models import JobProgress
from concertia.territories.enums import Role
from tests import factories
from tests.collection.files import MAIL, MINUTES, TABLE, TRANSCRIPT, a_bomb, a_file, a_zip, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    with transaction.atomic():
        return factories.a_draft(territory, referent), referent


def dropped(place, content=TABLE, name="avis.csv", use=Use.PARTICIPATION):
    consultation, referent = place
    made, refusals = deposits.receive_files(consultation, by=referent, uploads=[a_file(content, name)], use=use)
    assert refusals == []
    return fresh(made[0])


def fresh(deposit):
    return Deposit.objects.select_related("job", "consultation__territory").get(pk=deposit.pk)


def kept(place, *arguments, **options):
    deposit = dropped(place, *arguments, **options)
    assert deposits.keep(deposit, by=place[1]) is True
    return fresh(deposit)


def test_file_is_read_before_anything_is_written(place):
    deposit = dropped(place)
    seen = deposit.reading
    assert (deposit.state, Contribution.objects.count()) == (DepositState.WAITING, 0)
    assert (seen["records"], seen["rows"], seen["aside"]) == (4, 3, 1)
    assert (seen["persons"], seen["anonymous"], seen["dated"], seen["undated"], seen["profiles"]) == (2, 0, 2, 1, 2)
    assert [one["role"] for one in seen["columns"]] == ["id", "text", "author", "date", "channel", "profile"]
    assert seen["columns"][0]["samples"] == ["1", "2", "3"]
    assert seen["left"] == [
        {
            "place": "ligne 4",
            "reason": "Il n’y a pas de texte.",
            "cells": "3 | Anne Exemple | 04/03/2025 | papier | agent",
        }
    ]
    assert seen["first"][1]["text"] == "Mes données doivent rester ici"
    assert "Exemple" not in str(seen["first"])


def test_kept_deposit_writes_contributions_without_any_name(place):
    deposit = kept(place)
    first, second, third = deposit.contributions.all()
    assert (first.text, first.reference, first.place) == ("Je veux parler à une personne au guichet", "1", "ligne 2")
    assert (first.origin, first.profile) == ("en ligne", "habitante")
    assert first.said_at.isoformat() == "2025-03-02T09:00:00+00:00"  # ten o’clock here
    assert first.author == third.author != second.author
    assert len(first.author) == 32
    assert third.said_at is None
    assert (deposit.state, deposit.count, deposit.kept_by) == (DepositState.KEPT, 3, place[1])
    assert "Anne" not in str(deposit.reading)
    assert deposit.reading["rows"] == 3


def test_same_person_in_another_consultation_is_another_fingerprint(place):
    here = kept(place).contributions.first()
    other = factories.a_draft(place[0].territory, place[1])
    there = kept((other, place[1])).contributions.first()
    assert here.author != there.author


def test_columns_chosen_are_read_again(place):
    deposit = dropped(place)
    columns = {"text": "profil", "author": "-", "date": "-", "profile": "avis"}
    deposits.choose_columns(deposit, by=place[1], columns=columns)
    deposit = fresh(deposit)
    assert [one["text"] for one in deposit.reading["first"]] == ["habitante", "agent", "agent", "habitante"]
    assert (deposit.reading["persons"], deposit.reading["anonymous"]) == (0, 4)
    assert (deposit.reading["dated"], deposit.reading["undated"]) == (0, 0)
    deposits.keep(deposit, by=place[1])
    assert {(row.author, row.said_at) for row in deposit.contributions.all()} == {("", None)}


def test_unknown_column_is_told_and_mended(place):
    deposit = dropped(place)
    deposits.choose_columns(deposit, by=place[1], columns={"text": "remarque"})
    deposit = fresh(deposit)
    assert deposit.refusal.startswith("La colonne « remarque » n’existe pas.")
    assert (deposit.state, deposit.may_be_kept, len(deposit.reading["columns"])) == (DepositState.WAITING, False, 6)
    deposits.choose_columns(deposit, by=place[1], columns={"text": "avis"})
    assert (fresh(deposit).refusal, fresh(deposit).may_be_kept) == ("", True)


def test_table_without_text_waits_for_a_person_to_say_which_column(place):
    deposit = dropped(place, "n;k\n1;2\n3;4\n")
    assert deposit.state == DepositState.WAITING
    assert deposit.refusal == (
        "Aucune colonne ne ressemble à un texte. Dites plus bas laquelle lire. Colonnes : « n », « k »."
    )
    deposits.choose_columns(deposit, by=place[1], columns={"text": "k"})
    assert [one["text"] for one in fresh(deposit).reading["first"]] == ["2", "4"]


def test_transcript_joins_the_turns_and_the_sum_holds(place):
    deposit = kept(place, TRANSCRIPT, "atelier.vtt")
    seen = deposit.reading
    assert (seen["records"], seen["joined"], seen["rows"], seen["aside"]) == (4, 3, 2, 1)
    first = deposit.contributions.first()
    assert first.text == "Bonjour à toutes et à tous, je voudrais garder le guichet."
    assert (first.place, len(first.author)) == ("ligne 3, à 00:00:01", 32)


def test_mail_and_zip_are_read(place):
    assert kept(place, MAIL, "avis.eml").contributions.get().text == "Je veux un agent au guichet du bourg."
    packed = a_zip({"seance/a.txt": "Oui pour le bus.\nNon au bus.", "b.csv": "avis;nom\nPeut-être un car;X\n"})
    places = kept(place, packed, "seances.zip").contributions.values_list("place", flat=True)
    assert list(places) == ["seance/a.txt, ligne 1", "seance/a.txt, ligne 2", "b.csv, ligne 2"]


def test_context_is_never_participation(place):
    deposit = kept(place, use=Use.CONTEXT)
    assert set(deposit.contributions.values_list("use", flat=True)) == {Use.CONTEXT}
    with pytest.raises(Refused, match="aucune contribution"):
        freeze_corpus(place[0], by=factories.an_analyst(place[0].territory))


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b" \n", "vide.csv", "Ce fichier est vide."),
        (b"PK\x03\x04" + b"casse" * 40, "abime.xlsx", "Ce fichier est abîmé ou incomplet."),
        (b"%PDF-1.7 rien", "avis.pdf", "Ce fichier est un PDF."),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "photo.png", "Ce fichier est une image (PNG)."),
        (b"id;avis;nom\n", "titres.csv", "Ce fichier n’a aucune contribution"),
        (bytes(range(256)) * 40, "octets.csv", "Ce fichier n’est pas un texte lisible"),
        (a_zip({}) or b"", "rien.zip", "Ce fichier est abîmé ou incomplet."),
        (a_bomb(), "bombe.zip", "Ce fichier se déploie"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-5:] else None,
)
def test_bad_file_gets_a_sentence_and_writes_nothing(place, content, name, refusal):
    deposit = dropped(place, content, name)
    assert deposit.refusal.startswith(refusal)
    assert deposit.state == DepositState.REFUSED
    assert deposit.file.size == len(content)
    with pytest.raises(Refused, match="n’attend plus"):
        deposits.keep(deposit, by=place[1])
    assert Contribution.objects.count() == 0


def test_protected_workbook_is_refused(place):
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    deposit = dropped(place, protected, "avis.xlsx")
    assert (deposit.state, "mot de passe" in deposit.refusal) == (DepositState.REFUSED, True)


@pytest.mark.parametrize(("size", "said"), [(0, "Ce fichier est vide."), (200_000_001, "la limite est de 200 Mo")])
def test_file_without_bytes_or_with_too_many_is_not_even_kept(place, size, said):
    upload = a_file()
    upload.size = size
    made, refusals = deposits.receive_files(place[0], by=place[1], uploads=[upload])
    assert (made, said in refusals[0], Deposit.objects.count()) == ([], True, 0)


def test_wide_table_nuls_and_broken_signs_are_read(place):
    headers = ";".join(["avis", *(f"q{n}" for n in range(299))])
    line = ";".join(["Je veux un b\0us jusqu’au bourg", *("1" for _ in range(299))])
    deposit = kept(place, f"{headers}\n{line}\n", "large.csv")
    assert len(deposit.reading["columns"]) == 300
    assert deposit.contributions.get().text == "Je veux un bus jusqu’au bourg"
    assert "1 caractère nul retiré" in deposit.reading["notes"][0]
    deposit = kept(place, '[{"avis": "Demi \\ud83d signe, et pourtant lu"}]', "avis.json")
    assert deposit.contributions.get().text.startswith("Demi ")


def test_two_header_lines_are_read(place):
    table = "Vous;;Vos réponses;\nNom;Profil;Votre avis;Autre avis\n"
    table += "".join(f"P{n};agent;Je veux un bus numéro {n} au bourg;rien de plus à dire\n" for n in range(6))
    deposit = dropped(place, table)
    assert [one["name"] for one in deposit.reading["columns"]][2] == "Vos réponses › Votre avis"
    assert deposit.reading["rows"] == 6


def test_same_file_twice_is_said_and_must_be_confirmed(place):
    kept(place)
    again = dropped(place, name="copie.csv")
    with pytest.raises(Refused, match=r"Ce même fichier a déjà été versé le .* \(3 contributions\)"):
        deposits.keep(again, by=place[1])
    assert Contribution.objects.count() == 3
    assert deposits.keep(again, by=place[1], again=True) is True
    assert Contribution.objects.count() == 6


def test_keep_twice_writes_once(place):
    deposit = kept(place)
    assert deposits.keep(deposit, by=place[1]) is False
    assert Contribution.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_keep_at_once_by_two_people_writes_once(place):
    deposit, said = dropped(place), []

    def press():
        try:
            said.append(deposits.keep(fresh(deposit), by=place[1]))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False, True]
    assert Contribution.objects.count() == 3


def test_withdraw_erases_contributions_and_files(place, django_capture_on_commit_callbacks):
    deposit = kept(place)
    names = [deposit.file.name, deposit.left_aside.name]
    with django_capture_on_commit_callbacks(execute=True):
        deposits.withdraw(deposit, by=place[1])
    deposit = fresh(deposit)
    assert (deposit.state, deposit.name, deposit.withdrawn_by) == (DepositState.WITHDRAWN, "avis.csv", place[1])
    assert (Contribution.objects.count(), [default_storage.exists(name) for name in names]) == (0, [False, False])
    with pytest.raises(Refused, match="déjà retiré"):
        deposits.withdraw(deposit, by=place[1])
    assert kept(place).count == 3  # the same file may come back


def test_withdraw_what_a_frozen_corpus_holds_is_refused(place):
    deposit = kept(place)
    freeze_corpus(place[0], by=factories.an_analyst(place[0].territory))
    with pytest.raises(Refused, match=r"servent déjà \(contribution d’un corpus\)"):
        deposits.withdraw(deposit, by=place[1])
    assert (Contribution.objects.count(), fresh(deposit).state) == (3, DepositState.KEPT)


def test_long_file_is_read_and_kept_by_jobs(place, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(deposits, "SMALL_FILE", 10)
    with django_capture_on_commit_callbacks(execute=True):
        deposit = dropped(place, rows(30))
    deposit = fresh(deposit)
    assert (deposit.job.kind, deposit.job.state, deposit.reading["rows"]) == ("deposit_reading", JobState.DONE, 30)
    with django_capture_on_commit_callbacks(execute=True):
        assert deposits.keep(deposit, by=place[1]) is False
    deposit = fresh(deposit)
    assert (deposit.job.kind, deposit.job.state, deposit.job.done) == ("deposit_keeping", JobState.DONE, 30)
    assert (deposit.count, deposit.contributions.count()) == (30, 30)


def test_stopped_job_writes_nothing_and_may_be_read_again(place, monkeypatch):
    monkeypatch.setattr(deposits, "SMALL_FILE", 10)
    deposit = dropped(place)
    with pytest.raises(Refused, match="en cours de lecture"):
        deposits.withdraw(deposit, by=place[1])
    deposits.stop(deposit, by=place[1])
    deposits.carry_out_reading(fresh(deposit))
    assert (fresh(deposit).reading, fresh(deposit).job.state) == ({}, JobState.CANCELLED)
    with pytest.raises(Refused, match="déjà fini"):
        deposits.stop(fresh(deposit), by=place[1])
    monkeypatch.undo()
    deposits.choose_columns(fresh(deposit), by=place[1], columns={})
    assert fresh(deposit).may_be_kept


def test_job_stopped_while_it_prepares_writes_nothing(place, monkeypatch):
    deposit = dropped(place)
    monkeypatch.setattr(deposits, "FEW_ROWS", 1)
    assert deposits.keep(deposit, by=place[1]) is False
    monkeypatch.setattr(
        deposits.reading, "contributions_in", lambda one, found: deposits.stop(fresh(one), by=place[1]) or []
    )
    deposits.carry_out_keeping(fresh(deposit))
    assert (fresh(deposit).state, Contribution.objects.count()) == (DepositState.WAITING, 0)


def test_killed_job_is_sent_again_and_ends_the_same(place, monkeypatch):
    deposit = dropped(place)
    monkeypatch.setattr(deposits, "FEW_ROWS", 1)
    deposits.keep(deposit, by=place[1])
    deposits.jobs.begin(fresh(deposit).job)  # then the machine stops
    JobProgress.objects.update(beat_at="2020-01-01T00:00:00Z")
    assert send_silent_jobs_again() == 1
    assert (fresh(deposit).state, Contribution.objects.count()) == (DepositState.KEPT, 3)


def test_file_that_takes_longer_than_it_seemed_goes_to_a_job(place, monkeypatch):
    monkeypatch.setattr(deposits, "PATIENCE", 0.001)
    deposit = dropped(place)
    assert (deposit.is_busy, deposit.reading) == (True, {})
    deposits.carry_out_reading(deposit)
    assert fresh(deposit).may_be_kept


def test_file_gone_from_the_disk_is_said(place):
    deposit = dropped(place)
    deposit.file.storage.delete(deposit.file.name)
    deposits.choose_columns(deposit, by=place[1], columns={})
    assert fresh(deposit).refusal.startswith("Le fichier déposé ne se trouve plus")


def test_only_collectors_bring_files_in(place):
    consultation, _ = place
    deposit = dropped(place)
    reader = factories.a_user(consultation.territory, Role.READER)
    for act in (
        lambda: deposits.receive_files(consultation, by=reader, uploads=[a_file()]),
        lambda: deposits.choose_columns(deposit, by=reader, columns={}),
        lambda: deposits.keep(deposit, by=reader),
        lambda: deposits.withdraw(deposit, by=reader),
        lambda: deposits.stop(deposit, by=reader),
        lambda: deposits.look_at(deposit, by=reader),
        lambda: deposits.leave_people_out(deposit, by=reader, people=[]),
        lambda: deposits.name_channel(deposit, by=reader, origin="courrier"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_too_many_files_or_none_are_refused(place):
    for uploads, said in (([], "Aucun fichier"), ([a_file()] * 61, "60 au plus")):
        with pytest.raises(Refused, match=said):
            deposits.receive_files(place[0], by=place[1], uploads=uploads)


def leave_out(place, deposit, *names):
    people = [one["print"] for one in deposit.reading["people"] if one["name"] in names]
    deposits.leave_people_out(deposit, by=place[1], people=people)
    return fresh(deposit)


def test_those_who_led_the_meeting_are_left_out_with_a_reason(place):
    deposit = dropped(place, MINUTES, "atelier.txt")
    before = deposit.reading
    assert [(one["name"], one["count"], one["is_out"]) for one in before["people"]] == [
        ("Animatrice", 2, False),
        ("M. Durand", 1, False),
        ("Mme Lopez", 1, False),
    ]
    deposit = leave_out(place, deposit, "Animatrice")
    seen = deposit.reading
    assert (before["rows"], seen["rows"], seen["persons"], before["records"]) == (4, 2, 2, seen["records"])
    assert ["Laissé de côté : animation.", 2] in seen["reasons"]
    assert [one["cells"] for one in seen["left"]][-2:] == ["Animatrice | Bonsoir.", "Animatrice | Merci à vous deux."]
    assert [one["is_out"] for one in seen["people"]] == [True, False, False]
    assert len(deposit.left_out) == 1
    assert deposits.keep(deposit, by=place[1]) is True
    texts = deposit.contributions.values_list("text", flat=True)
    assert list(texts) == ["Le bus passe trop tôt.\nEt il est souvent plein.", "Je préfère le vélo."]
    deposit = fresh(deposit)
    for name in ("Animatrice", "Lopez", "Durand"):
        assert name not in f"{deposit.reading}{deposit.left_out}{deposit.columns}"
    deposits.withdraw(deposit, by=place[1])
    assert fresh(deposit).left_out == []


def test_people_left_out_stay_so_only_while_their_column_is_read(place):
    deposit = leave_out(place, dropped(place), "Anne Exemple")
    assert (deposit.reading["rows"], deposit.reading["aside"]) == (1, 3)
    deposits.choose_columns(deposit, by=place[1], columns={"text": "avis", "author": "canal"})
    assert (fresh(deposit).left_out, fresh(deposit).reading["rows"]) == ([], 3)


def test_many_people_or_senders_of_mails_are_not_listed(place):
    assert len(dropped(place, rows(200)).reading["people"]) == 40
    assert dropped(place, rows(205), "plus.csv").reading["people"] == []
    assert dropped(place, MAIL, "avis.eml").reading["people"] == []
    assert dropped(place, MINUTES, "a.txt", use=Use.CONTEXT).reading["people"] == []


def test_channel_named_by_hand_is_that_of_rows_without_their_own(place):
    table = "avis;canal\nUn bus;courrier\nUn vélo;\n"
    deposit = dropped(place, table)
    deposits.name_channel(deposit, by=place[1], origin="atelier du 12 mars")
    deposits.keep(fresh(deposit), by=place[1])
    assert list(deposit.contributions.values_list("origin", flat=True)) == ["courrier", "atelier du 12 mars"]


def test_context_has_neither_persons_nor_contributions(place):
    deposit = kept(place, use=Use.CONTEXT)
    assert (deposit.reading["persons"], set(deposit.contributions.values_list("author", flat=True))) == (0, {""})
    notes = dropped(place, "Un article.\nUn autre.\n", "presse.txt", use=Use.CONTEXT).reading["notes"]
    assert notes == ["Chaque ligne du texte est lue comme un passage."]
