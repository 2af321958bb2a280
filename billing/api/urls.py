from django.urls import path

from billing.api import credits, me

urlpatterns = [
    path("credits", credits.CreditsView.as_view(), name="credits"),
    path("credits/entries", credits.EntryListView.as_view(), name="credit-entries"),
    path("me", me.MeView.as_view(), name="me"),
]
