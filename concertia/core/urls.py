from django.urls import path

from concertia.core import views

urlpatterns = [path("sante/", views.health, name="health")]
