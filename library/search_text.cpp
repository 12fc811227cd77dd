// The ranges are the Unicode blocks of the scripts named; a mark's code point is enough to know it.
#include "library/search_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace chalkline::library {

namespace {

struct Range {
  char32_t first, last;
};

constexpr std::array kWithoutSpaces = {
    Range{0x0E00, 0x0EFF},  // Thai, Lao
    Range{0x1000, 0x109F},  // Burmese
    Range{0x1780, 0x17FF},  // Khmer
    Range{0x3005, 0x3007},  // ideographic repetition, zero
    Range{0x3040, 0x30FF},  // Hiragana, Katakana
    Range{0x31F0, 0x31FF}, Range{0x3400, 0x4DBF}, Range{0x4E00, 0x9FFF}, Range{0xF900, 0xFAFF}, Range{0x20000, 0x3FFFF},
};

constexpr std::array kLeftOut = {
    Range{0x0300, 0x036F},                         // accents that stand apart
    Range{0x0591, 0x05C7},                         // Hebrew points
    Range{0x0610, 0x061A}, Range{0x0640, 0x0640},  // Arabic: honorifics, tatweel
    Range{0x064B, 0x065F}, Range{0x0670, 0x0670},  // vowel marks
    Range{0x06D6, 0x06ED},                         // Koranic marks
    Range{0x200B, 0x200F},                         // zero-width space, joiners, directions
    Range{0x202A, 0x202E}, Range{0x2060, 0x2069}, Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF},
};

// Punctuation beyond ASCII; what unicode61 takes for none of a word anyway is not listed.
constexpr std::array kBetweenWords = {
    Range{0x0080, 0x00A9}, Range{0x00AB, 0x00B4},   Range{0x00B6, 0x00B9}, Range{0x00BB, 0x00BB}, Range{0x00BF, 0x00BF},
    Range{0x00D7, 0x00D7}, Range{0x00F7, 0x00F7},   Range{0x055A, 0x055F}, Range{0x0589, 0x058F}, Range{0x05F3, 0x05F4},
    Range{0x060C, 0x060D}, Range{0x061B, 0x061F},   Range{0x066A, 0x066D}, Range{0x06D4, 0x06D4}, Range{0x0964, 0x0965},
    Range{0x1361, 0x1368}, Range{0x2000, 0x200A},   Range{0x2010, 0x2029}, Range{0x202F, 0x205F}, Range{0x20A0, 0x20CF},
    Range{0x2190, 0x245F}, Range{0x2500, 0x2BFF},   Range{0x2E00, 0x2E7F}, Range{0x3000, 0x3004}, Range{0x3008, 0x3020},
    Range{0x30FB, 0x30FB}, Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF0F}, Range{0xFF1A, 0xFF20}, Range{0xFF3B, 0xFF40},
    Range{0xFF5B, 0xFF65}, Range{0x1F000, 0x1FAFF},
};

template <std::size_t n>
bool is_in(const std::array<Range, n>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Arabic letters that are written either way, as light stemmers treat them.
char32_t folded(char32_t c) {
  switch (c) {
    case 0x0622:                 // alef with madda
    case 0x0623:                 // alef with hamza above
    case 0x0625:                 // alef with hamza below
    case 0x0671: return 0x0627;  // alef wasla
    case 0x0649: return 0x064A;  // alef maksura: yeh
    case 0x06CC: return 0x064A;  // Farsi yeh
    case 0x06A9: return 0x0643;  // keheh: kaf
    case 0x0629: return 0x0647;  // teh marbuta: heh
    default: return c;
  }
}

// The character at text[at] and its length; U+0020 for a byte that begins none.
char32_t character(std::string_view text, std::size_t at, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  length = 1;
  if (first < 0x80) return first;
  const std::size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (wanted == 0 || first > 0xF4 || at + wanted > text.size()) return U' ';
  char32_t c = first & (0xFFU >> (wanted + 1));
  for (std::size_t i = 1; i < wanted; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return U' ';
    c = (c << 6U) | (byte(at + i) & 0x3FU);
  }
  length = wanted;
  return c;
}

void append(std::string& text, char32_t c) {
  const auto put = [&text](char32_t byte) { text += static_cast<char>(static_cast<std::uint8_t>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

bool is_ascii_word(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
}

// A word as a person wrote it, between spaces: the words it is in the index, and whether its last may be the beginning
// of a longer one.
struct Piece {
  std::vector<std::string> words;
  bool open = false;
};

// One piece after the other, split where the text has spaces or punctuation.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  Piece piece;
  std::string word;
  std::size_t letters = 0;
  const auto end_word = [&](bool open) {
    if (word.empty()) return;
    piece.words.push_back(std::move(word));
    piece.open = open && letters > 1;
    word.clear();
    letters = 0;
  };
  const auto end_piece = [&] {
    end_word(true);
    if (!piece.words.empty()) pieces.push_back(std::move(piece));
    piece = {};
  };
  for (std::size_t at = 0, length = 1; at < text.size(); at += length) {
    const char32_t c = character(text, at, length);
    if (c < 0x80 ? !is_ascii_word(c) : is_in(kBetweenWords, c)) {
      end_piece();
    } else if (is_in(kWithoutSpaces, c)) {
      end_word(false);
      append(word, c);
      end_word(false);
    } else if (!is_in(kLeftOut, c)) {
      append(word, folded(c));
      ++letters;
    }
  }
  end_piece();
  return pieces;
}

}  // namespace

std::string search_text(std::string_view text) {
  std::string words;
  for (const Piece& piece : pieces_of(text))
    for (const std::string& word : piece.words) {
      if (!words.empty()) words += ' ';
      words += word;
    }
  return words;
}

std::string search_expression(std::string_view query) {
  constexpr std::size_t kMostWords = 16;
  std::string expression;
  std::size_t used = 0;
  for (const Piece& piece : pieces_of(query)) {
    if (used == kMostWords) break;
    if (!expression.empty()) expression += ' ';
    expression += '"';
    std::size_t taken = 0;
    for (; taken < piece.words.size() && used < kMostWords; ++taken, ++used) {
      if (taken > 0) expression += ' ';
      expression += piece.words[taken];
    }
    expression += '"';
    if (piece.open && taken == piece.words.size()) expression += '*';
  }
  return expression;
}

}  // namespace chalkline::library
