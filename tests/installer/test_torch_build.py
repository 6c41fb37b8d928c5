"""Each machine gets the torch that runs on it, and the one for its card where it has one."""

from __future__ import annotations

import subprocess

import pytest

from shotlog_installer import Card, InstallError, Machine, ask_driver, choose_torch

ADA = Card("NVIDIA GeForce RTX 4090", (580, 65, 6), (8, 9))
PASCAL = Card("NVIDIA GeForce GTX 1080", (580, 65, 6), (6, 1))
BLACKWELL = Card("NVIDIA RTX PRO 6000", (580, 65, 6), (12, 0))


def old(card: Card, *driver: int) -> Card:
    return Card(card.name, driver, card.capability)


@pytest.mark.parametrize(
    ("cards", "kind", "index"),
    [
        ([], "CPU", "cpu"),
        ([ADA], "CUDA 13.0", "cu130"),
        ([old(ADA, 550, 54)], "CUDA 12.6", "cu126"),
        ([old(ADA, 470, 82)], "CPU", "cpu"),
        ([PASCAL], "CUDA 12.6", "cu126"),  # CUDA 13 has no code for it
        ([BLACKWELL], "CUDA 13.0", "cu130"),
        ([old(BLACKWELL, 570, 86)], "CPU", "cpu"),  # CUDA 12.6 has no code for it
    ],
)
def test_the_card_and_its_driver_choose_the_build(
    linux: Machine, cards: list[Card], kind: str, index: str
) -> None:
    build = choose_torch(linux, cards)
    assert (build.kind, build.index) == (kind, f"https://download.pytorch.org/whl/{index}")


def test_a_driver_that_is_too_old_is_told_with_what_to_do(linux: Machine) -> None:
    why = choose_torch(linux, [old(ADA, 470, 82)]).why
    assert "470.82" in why
    assert "after an update of the driver" in why


def test_drivers_of_windows_have_numbers_of_their_own(windows: Machine) -> None:
    assert choose_torch(windows, [old(ADA, 528, 33)]).kind == "CUDA 12.6"
    assert choose_torch(windows, [old(ADA, 527, 41)]).kind == "CPU"


def test_a_mac_with_apple_silicon_takes_the_build_of_pypi(macos: Machine) -> None:
    build = choose_torch(macos, [], processor="arm64")
    assert (build.kind, build.index) == ("Metal", None)


def test_a_mac_with_an_intel_processor_is_told_before_anything_is_downloaded(
    macos: Machine,
) -> None:
    with pytest.raises(InstallError, match="Intel"):
        choose_torch(macos, [], processor="x86_64")
    assert choose_torch(macos, [], processor="x86_64", index="https://own").index == "https://own"


def test_options_go_before_the_card(linux: Machine) -> None:
    assert choose_torch(linux, [ADA], cpu=True).kind == "CPU"
    own = choose_torch(linux, [ADA], index="https://mirror/cu126", version="2.9.1")
    assert (own.index, own.kind, own.version) == ("https://mirror/cu126", "CUDA 12.6", "2.9.1")


def test_cards_are_read_from_what_the_driver_prints() -> None:
    printed = "NVIDIA GeForce RTX 4090, 580.65.06, 8.9\nNVIDIA H200, NVL, 580.65.06, 9.0\n"
    assert ask_driver(lambda _: printed) == [ADA, Card("NVIDIA H200, NVL", (580, 65, 6), (9, 0))]


@pytest.mark.parametrize(
    "error", [FileNotFoundError(), subprocess.CalledProcessError(9, "nvidia-smi"),
              subprocess.TimeoutExpired("nvidia-smi", 20)]
)  # fmt: skip
def test_a_driver_that_does_not_answer_has_no_cards(error: Exception) -> None:
    def fail(_: object) -> str:
        raise error

    assert ask_driver(fail) == []
    assert ask_driver(lambda _: "NVIDIA-SMI has failed because it couldn't communicate") == []


def test_sizes_are_those_of_the_build(linux: Machine) -> None:
    assert choose_torch(linux, []).download < choose_torch(linux, [ADA]).download


@pytest.mark.parametrize(
    ("index", "kind"),
    [
        ("https://mirror/whl/cpu", "CPU"),
        ("https://mirror/whl/cu126/", "CUDA 12.6"),
        ("https://pypi.org/simple", "CUDA 13.0"),
    ],
)
def test_an_index_is_taken_for_what_its_builds_are(linux: Machine, index: str, kind: str) -> None:
    assert choose_torch(linux, [], index=index).kind == kind


def test_the_index_of_all_packages_has_builds_for_the_cpu_on_windows(windows: Machine) -> None:
    assert choose_torch(windows, [], index="https://pypi.org/simple").kind == "CPU"
