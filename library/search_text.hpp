// Text as the full-text index takes it, in any script, and a person's words as a query of it. Pure.
//
// SQLite's unicode61 tokenizer divides at spaces and folds case. What it does not do is done here, to what is indexed
// and to what is asked alike: a script that writes no spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) is taken
// apart into characters, so that neighbours are a phrase and any part of a sentence is found, one character too, which
// the trigram tokenizer cannot; marks that readers leave out (accents, Arabic and Hebrew vowel points, tatweel) are
// dropped, and Arabic letters that are written either way become one.
#pragma once

#include <string>
#include <string_view>

namespace chalkline::library {

// For the index: words with single spaces between. Bytes that are no UTF-8 divide words.
std::string search_text(std::string_view text);

// An FTS5 expression (SQLite's FTS5, section 3) that wants every word, or a word that begins with it; "" where there is
// no word in `query`. Nothing in `query` is an operator. The first 16 words count.
std::string search_expression(std::string_view query);

}  // namespace chalkline::library
