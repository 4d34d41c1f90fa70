"""Which view answers which path."""

from gingerdj.urls import path

from hello import views

urlpatterns = [
    path("", views.index),
    path("wait/", views.wait),
]
