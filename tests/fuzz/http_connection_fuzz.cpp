// Whatever heads follow each other, a parser that has read the ones before says of each what a fresh parser says, and
// nothing of what it says is read from bytes that are gone: each head is given up before the next one comes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "streamer/http/request_parser.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/streamer/head_text.hpp"

using namespace chalkline::streamer;
using chalkline::fuzz::demand;

namespace {

constexpr char kBetweenSteps = '\x1e';
constexpr std::string_view kEnd = "\r\n\r\n";

// Read as steps, each a byte that says what it does and what it does it with. Most heads are made of the field lines of
// the one before, so that they come again, or nearly.
class Heads {
 public:
  std::string next(std::string_view step) {
    const unsigned kind = step.empty() ? 0 : static_cast<unsigned char>(step.front());
    std::string_view text = step.substr(std::min<std::size_t>(1, step.size()));
    switch (kind % 8) {
      case 0: return last_ = std::string(text);             // as it is
      case 1: return last_ = std::string(text) + fields_;   // another request line
      case 2: return last_ = last_ + std::string(text);     // more behind it, or a second one
      case 3: return last_ = last_.substr(0, place(text));  // cut off
      case 4: fields_ = std::string(text).append(kEnd); break;
      case 5: {
        const std::size_t at = place_in_fields(text);
        fields_.insert(at, text);
        break;
      }
      case 6: {
        const std::size_t at = place_in_fields(text);
        fields_.replace(at, std::min(text.size(), fields_.size() - at), text);  // its length stays, or nearly
        break;
      }
      default: break;  // the same ones for another target
    }
    return last_ = "GET /" + std::to_string(kind) + " HTTP/1.1\r\n" + fields_;
  }

 private:
  // The first byte of `text` says where.
  static std::size_t place(std::string_view& text) {
    if (text.empty()) return 0;
    const auto at = static_cast<std::size_t>(static_cast<unsigned char>(text.front()));
    text.remove_prefix(1);
    return at;
  }
  std::size_t place_in_fields(std::string_view& text) const { return std::min(place(text), fields_.size()); }

  std::string fields_ =
      "Host: x\r\nConnection: keep-alive\r\nUser-Agent: a\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\n"
      "Accept-Language: sw,en;q=0.5\r\nRange: bytes=0-99\r\nECT: 3g\r\nRTT: 300\r\nIf-None-Match: \"a\"\r\n\r\n";
  std::string last_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view steps(reinterpret_cast<const char*>(data), size);
  ParserLimits limits;
  limits.header_bytes = 3072;  // more than is remembered
  limits.target_bytes = 512;
  limits.fields = 20;
  RequestParser knowing(limits);
  Heads heads;
  RequestHead head;
  while (!steps.empty()) {
    const std::size_t length = std::min(steps.find(kBetweenSteps), steps.size());
    const std::string made = heads.next(steps.substr(0, length));
    steps.remove_prefix(std::min(length + 1, steps.size()));
    const std::vector<char> sent(made.begin(), made.end());  // exactly so much room, which is then given up
    const std::string_view bytes(sent.data(), sent.size());
    RequestParser fresh(limits);
    RequestHead expected;
    const ParseOutcome right = fresh.parse(bytes, expected);
    const ParseOutcome outcome = knowing.parse(bytes, head);
    demand(outcome.status == right.status && outcome.consumed == right.consumed && outcome.refusal == right.refusal &&
               outcome.reason == right.reason,
           "what came before changes no outcome");
    demand(told(head) == told(expected), "what came before changes no head");
  }
  return 0;
}
