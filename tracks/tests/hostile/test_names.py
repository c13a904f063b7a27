"""File names that look like arguments, paths, devices or other scripts: kept as a text, and never a path of ours."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tracks.models import Track
from tracks.tests.conftest import owned, stored

pytestmark = pytest.mark.django_db

# What is sent -> what is kept of it: a path's last part, whichever way its slashes lean, in visible characters.
NAMES = {
    "-i /etc/passwd.mp3": "passwd.mp3",
    "-y.mp3": "-y.mp3",
    "../../x.wav": "x.wav",
    "..\\..\\x.wav": "x.wav",
    "/etc/cron.d/x.wav": "x.wav",
    "C:\\Windows\\x.wav": "x.wav",
    "CON": "CON",
    "aux.wav": "aux.wav",
    "\u202egnp.3pm.wav": "gnp.3pm.wav",
    "$(touch owned).wav": "$(touch owned).wav",
    "`id`;x|y&z.wav": "`id`;x|y&z.wav",
    "<img src=x onerror=alert(1)>.wav": "<img src=x onerror=alert(1)>.wav",
    "%2e%2e%2fx.wav": "%2e%2e%2fx.wav",
    "concat:x|y.wav": "concat:x|y.wav",
    "http://127.0.0.1/x.wav": "x.wav",
    "{title}%s%n.wav": "{title}%s%n.wav",
}


LONG = "x" * 300 + ".wav"
# What no person's file is called: cut or cleaned in a form, where a browser has sent it unasked; refused elsewhere.
ODD = {"a\nb.wav": ("ab.wav", "control_characters"), LONG: ("x" * 251 + ".wav", "max_length")}


@pytest.fixture
def send(sign_in, owner, tone):
    """Posts the tone under a name and answers with the name that was kept."""
    client = sign_in(owner)

    def post(name: str) -> str:
        audio = SimpleUploadedFile("x.wav", tone.read_bytes())
        audio._name = name  # as it is in a request: the class takes its last part
        answer = client.post("/api/v1/tracks/", {"audio": audio}, format="multipart")
        assert answer.status_code == 201, answer.content
        sound = Track.objects.get().sounds.get()
        assert stored() == owned() == {f"sounds/{sound.key}/original"}
        return answer.json()["manage"]["original"]["filename"]

    return post


@pytest.mark.parametrize(("sent", "kept"), NAMES.items(), ids=map(ascii, NAMES))
def test_a_name_in_a_form_is_a_text(send, sent, kept):
    assert send(sent) == kept


@pytest.mark.parametrize("sent", ODD, ids=["line break", "long"])
def test_an_odd_name_in_a_form_is_made_plain(send, sent):
    assert send(sent) == ODD[sent][0]


@pytest.mark.parametrize(("sent", "kept"), NAMES.items(), ids=map(ascii, NAMES))
def test_a_name_of_a_resumable_upload_is_a_text(sign_in, owner, sent, kept):
    answer = sign_in(owner).post("/api/v1/uploads/", {"filename": sent, "size": 10})
    assert (answer.status_code, answer.json()["filename"]) == (201, kept)


@pytest.mark.parametrize(
    ("sent", "code"),
    [*((name, code) for name, (_, code) in ODD.items()), ("a\x00b.wav", "control_characters")],
    ids=["line break", "long", "NUL"],
)
def test_an_odd_name_of_a_resumable_upload_is_refused(sign_in, owner, sent, code):
    client = sign_in(owner)
    problem = client.problem(
        client.post("/api/v1/uploads/", {"filename": sent, "size": 10}), status=400, code="invalid"
    )
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("filename", code)]
