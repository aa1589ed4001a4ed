"""Secrets in sentences."""

from __future__ import annotations

import time

import pytest

from hotseat.privacy.prose_secrets import mask_prose


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("we use password=hunter2hunter2 here", "hunter2hunter2"),
        ("My password is hunter2hunter2.", "hunter2hunter2"),
        ("the db password was 'Geheim99x' before", "Geheim99x"),
        ("set api_key: 9f8e7d6c5b there", "9f8e7d6c5b"),
        ("Das Passwort lautet tR0ub4dor, bitte merken", "tR0ub4dor"),
        ("DB_PASSWORD=s3cr3tPassw0rd", "s3cr3tPassw0rd"),
        ("the access key is AB12cd34EF56", "AB12cd34EF56"),
    ],
)
def test_what_is_said_to_be_a_secret_is_masked(text: str, secret: str) -> None:
    masked = mask_prose(text)
    assert secret not in masked
    assert "***" in masked
    assert mask_prose(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Is the password hashed with argon2id or with bcrypt?",
        "The token is read in auth.py, line 20.",
        "Why is password = get_password2(user) called twice?",
        "The secret is that nothing is cached.",
        "The token: 30 minutes, then 2 hours.",
        "The password is at settings.v2.password.",
    ],
)
def test_other_sentences_stay(text: str) -> None:
    assert mask_prose(text) == text


def test_a_long_text_takes_little_time() -> None:
    began_s = time.process_time()
    mask_prose("password is " * 50_000 + "token=" * 50_000)
    assert time.process_time() - began_s < 5
