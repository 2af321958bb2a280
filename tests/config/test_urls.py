"""Addresses that are no part of the API."""

from django.test import Client, override_settings


def test_the_front_door_leads_to_the_docs(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/v1/docs")


def test_health_and_callbacks_are_not_sent_to_https(client: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get("/healthz").status_code == 200
        assert client.post("/internal/studio/callback").status_code == 401
        assert client.get("/v1/operations").status_code == 301
