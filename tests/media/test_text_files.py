"""Text files in every encoding that people save: read, or named with what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media.text_files import read_text

WHOLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"))


@given(WHOLE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_text_comes_back_without_its_byte_order_mark(text, encoding):
    assert read_text(text.encode(encoding)) == text


@given(WHOLE)
def test_utf_16_is_read_in_both_byte_orders(text):
    assert (
        read_text(b"\xfe\xff" + text.encode("utf-16-be")) == read_text(b"\xff\xfe" + text.encode("utf-16-le")) == text
    )


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        ("Größe;Preis\nBrötchen mit Käse;3 €\n", "cp1252", "Windows-1252"),
        ("question,expected\nQuel est le résultat de l'été?,14 février\n", "latin-1", "Windows-1252"),
        ("问题,答案\n这个产品的价格是多少,二十元\n", "gbk", "GBK or GB 18030"),
        ("質問,答え\nこの商品はいくらですか,百円です\n", "shift_jis", "Shift JIS"),
        ("вопрос,ответ\nСколько стоит это яблоко сегодня,два\n", "cp1251", "Windows-1251"),
        ("질문,답\n오늘 사과는 얼마입니까,이천 원입니다\n", "euc_kr", "Korean (CP949)"),
        ("問題,答案\n蘋果今天多少錢一個呢,二十元\n", "big5", "Big5"),
        ("a,b\n1,2\n", "utf-16-le", "UTF-16 without a byte order mark"),
        ("a,b\n1,2\n", "utf-16-be", "UTF-16 without a byte order mark"),
    ],
)
def test_an_encoding_that_is_not_read_is_named_with_what_to_do(text, encoding, named):
    with pytest.raises(MediaError) as refused:
        read_text(text.encode(encoding), "The table")
    sentence = str(refused.value)
    assert sentence.startswith("The table is ") and named in sentence
    assert sentence.endswith("Save it as UTF-8 and choose it again.")


@given(st.binary())
def test_whatever_the_bytes_are_there_is_a_text_or_one_sentence(data):
    try:
        assert "\0" not in read_text(data)
    except MediaError as error:
        assert str(error).endswith("Save it as UTF-8 and choose it again.")
