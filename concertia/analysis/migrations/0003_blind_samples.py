from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0002_synthesis_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_job_beats"),
    ]

    operations = [
        migrations.AddField(
            model_name="codingsample",
            name="coders",
            field=models.ManyToManyField(
                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="personnes invitées"
            ),
        ),
        # No version that could make a reading was ever installed: there is no row to fill.
        migrations.AddField(
            model_name="gridreading",
            name="job",
            field=models.OneToOneField(
                on_delete=models.deletion.PROTECT, related_name="grid_reading", to="core.jobprogress", default=None
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="gridreading",
            name="file",
            field=models.FileField(blank=True, upload_to="calculs/%Y/%m/", verbose_name="calculs"),
        ),
    ]
