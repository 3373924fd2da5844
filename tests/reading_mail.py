"""Reads mails back: with the standard library, and with postal-mime, which shares nothing with what wrote them."""

import json
import shutil
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

JUDGES = Path(__file__).parent / "judges"


def read_mail(content: bytes) -> EmailMessage:
    """Return a mail as the standard library's parser reads it, without a defect in any part."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def read_independently(content: bytes) -> dict[str, Any]:
    """Return a mail as postal-mime reads it, its attachments in base64; skip the test where it isn't installed."""
    node = shutil.which("node")
    if node is None or not (JUDGES / "node_modules" / "postal-mime").is_dir():
        pytest.skip("postal-mime is not installed: sh scripts/set-up.sh test")
    run = subprocess.run([node, JUDGES / "read_mail.mjs"], input=content, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def body(message: EmailMessage, kind: str) -> str:
    """Return a mail's `plain` or `html` body, with the line ends of a text file."""
    part = message.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")
