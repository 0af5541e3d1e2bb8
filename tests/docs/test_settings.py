"""docs/settings.md shows the settings that the service has."""

from app.settings import Settings
from scripts.settings_page import PAGE, with_table


def test_the_page_is_the_one_that_the_settings_make() -> None:
    page = PAGE.read_text()

    assert page == with_table(page), "python -m scripts.settings_page writes it anew"


def test_a_page_without_a_row_gets_it_back() -> None:
    page = PAGE.read_text()
    row = next(line for line in page.splitlines(keepends=True) if line.startswith("| `HEED_PORT`"))

    assert with_table(page.replace(row, "")) == page


def test_the_page_names_each_variable_once() -> None:
    page = PAGE.read_text()

    assert all(page.count(f"| `HEED_{name.upper()}` |") == 1 for name in Settings.model_fields)
