// Words in any script, as the index and a query take them.
#include "library/search_text.hpp"

#include <doctest/doctest.h>

using namespace chalkline::library;

TEST_CASE("words stand apart, punctuation of any script goes, and what was no UTF-8 divides") {
  CHECK(search_text("Fractions: half, third!") == "Fractions half third");
  CHECK(search_text("  ") == "");
  CHECK(search_text("a—b“c”") == "a b c");
  CHECK(search_text("a\xFF"
                    "b\xE2\x82") == "a b");
  CHECK(search_text("L'eau à l'école") == "L eau à l école");
}

TEST_CASE("scripts without spaces are taken apart into characters") {
  CHECK(search_text("数学入門") == "数 学 入 門");
  CHECK(search_text("第3課 water") == "第 3 課 water");
  CHECK(search_text("かな・カナ") == "か な カ ナ");
}

TEST_CASE("marks that readers leave out are dropped, and Arabic letters written either way are one") {
  CHECK(search_text("مَدْرَسَة") == search_text("مدرسه"));
  CHECK(search_text("أحمد") == search_text("احمد"));
  CHECK(search_text("e\xCC\x81"
                    "cole") == "ecole");  // combining acute
  CHECK(search_text("שָׁלוֹם") == "שלום");
}

TEST_CASE("a query wants every word or the beginning of one, and nothing in it is an operator") {
  CHECK(search_expression("water life") == "\"water\"* \"life\"*");
  CHECK(search_expression("a") == "\"a\"");
  CHECK(search_expression("数学") == "\"数 学\"");
  CHECK(search_expression("\"x\" OR y* NEAR(z)") == "\"x\" \"OR\"* \"y\" \"NEAR\"* \"z\"");
  CHECK(search_expression("--- \"") == "");
  std::string many;
  for (int i = 0; i < 40; ++i) many += "word ";
  CHECK(search_expression(many).size() == 16 * 8 - 1);
}
