"""Choosing a face: seen before it is sent, beside one's name afterwards, and why a file was not taken."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photograph(tmp_path):
    path = tmp_path / "face.jpg"
    Image.new("RGB", (800, 400), (200, 40, 40)).save(path, "JPEG")
    return path


@pytest.fixture
def animation(tmp_path):
    path = tmp_path / "face.png"
    Image.new("RGB", (8, 8)).save(path, "GIF")
    return path


def test_somebody_chooses_a_face_and_takes_it_away_again(visit, owner, photograph, animation):
    page = visit.signed_in("owner")
    page.goto("/settings/")
    form = page.locator("[data-picture=avatar]")
    preview = form.get_by_role("img")
    expect(preview).to_be_hidden()
    form.get_by_label("Picture beside your name").set_input_files(str(animation))
    form.get_by_role("button", name="Upload").click()
    expect(form.get_by_role("alert")).to_have_text("The picture was not taken: it is not a JPEG, PNG or WebP file.")
    form.get_by_label("Picture beside your name").set_input_files(str(photograph))
    expect(form.get_by_role("alert")).to_be_hidden()
    expect(preview).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
    form.get_by_role("button", name="Upload").click()
    expect(form.get_by_role("status")).to_have_text("Saved.", timeout=30_000)
    expect(preview).to_have_attribute("src", re.compile(r"^/files/[0-9a-f]{32}/medium\.webp$"))
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") == 600

    page.goto("/owner/")
    face = page.locator(".person img.avatar-large")
    assert face.evaluate("image => image.decode().then(() => [image.naturalWidth, image.clientWidth])") == [150, 88]
    expect(page.locator(".site-header img.avatar")).to_be_visible()

    page.goto("/settings/")
    form.get_by_role("button", name="Remove").click()
    expect(form.get_by_role("status")).to_have_text("Removed.")
    expect(preview).to_be_hidden()
    expect(form.get_by_role("button", name="Remove")).to_be_hidden()
    page.goto("/owner/")
    expect(page.locator(".person .avatar-large")).to_have_text("O")
