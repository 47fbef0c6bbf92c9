"""The passages of one place of a document are found by the id that its citation has."""

from __future__ import annotations

import pytest

from backend.config import BackendConfig
from bot.dialogue import Citation

from .conftest import api

pytestmark = pytest.mark.integration


async def test_a_citation_opens_its_own_place_and_no_other(config: BackendConfig):
    pieces = [("第三条", "每月补贴五十元。"), ("第四条", "向社区申请。"), ("第三条", "按季发放。")]
    async with api(config) as client:
        await client.take_in_document(
            locality="福康县",
            title="福康县养老服务办法",
            number="福民〔2025〕3号",
            year=2025,
            passages=[
                {"section": section, "text": text, "words": [], "sounds": [], "meaning": None}
                for section, text in pieces
            ],
        )
        place = Citation("福康县养老服务办法", None, "第三条")
        found = await client.passages_of(place.id)
        assert [one.text for one in found] == ["每月补贴五十元。", "按季发放。"]
        assert {(one.document, one.number, one.locality) for one in found} == {
            ("福康县养老服务办法", "福民〔2025〕3号", "福康县")
        }
        assert await client.passages_of("000000000000") == []
