// What is signed is "chalkline-PURPOSE-1", a newline, and the text.
#include "library/trust.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace chalkline::library {

static constexpr std::string_view kFirstLine = "chalkline-signature-1";
static constexpr std::string_view kKeyPurpose = "key";
static constexpr std::size_t kMostLines = 1'000;

static std::string message_of(std::string_view purpose, std::string_view text) {
  std::string message = "chalkline-";
  return message.append(purpose).append("-1\n").append(text);
}

// The part before the first `end`, which is taken off with it.
static std::string_view take(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return part;
}

static Error damaged(std::string_view why) {
  return Error(Errc::kCorrupt, "the signature cannot be used: " + std::string(why), "copy it again from its origin");
}

Succession hand_over(const SigningKey& previous, const PublicKey& next) {
  return {previous.public_key(), next, previous.sign(message_of(kKeyPurpose, next.text()))};
}

std::string render_succession(const Succession& step) {
  return step.previous.text() + " " + step.next.text() + " " + step.signature;
}

Result<Succession> parse_succession(std::string_view line) {
  CHALK_TRY_ASSIGN(PublicKey previous, PublicKey::parse(take(line, ' ')));
  CHALK_TRY_ASSIGN(PublicKey next, PublicKey::parse(take(line, ' ')));
  if (!previous.verifies(message_of(kKeyPurpose, next.text()), line))
    return damaged("a key is said to come after one that did not sign that");
  return Succession{std::move(previous), std::move(next), std::string(line)};
}

std::string render_signature(std::string_view purpose, std::string_view text, const SigningKey& key,
                             std::span<const Succession> before) {
  std::string lines(kFirstLine);
  lines += '\n';
  for (const Succession& step : before) lines.append("succession ").append(render_succession(step)).append("\n");
  lines.append("key ").append(key.public_key().text()).append("\n");
  lines.append("signature ").append(key.sign(message_of(purpose, text))).append("\n");
  return lines;
}

// In the order of the lines: who comes after a trusted key is trusted.
static std::vector<PublicKey> with_successors(std::span<const PublicKey> trusted, std::span<const Succession> steps) {
  std::vector<PublicKey> all(trusted.begin(), trusted.end());
  for (const Succession& step : steps)
    if (std::ranges::find(all, step.previous) != all.end()) all.push_back(step.next);
  return all;
}

Result<PublicKey> check_signature(std::string_view purpose, std::string_view text, std::string_view signature,
                                  std::span<const PublicKey> trusted) {
  if (take(signature, '\n') != kFirstLine) return damaged("it does not begin with " + std::string(kFirstLine));
  std::vector<Succession> steps;
  std::optional<PublicKey> key;
  bool signs = false;
  for (std::size_t lines = 0; !signature.empty(); ++lines) {
    if (lines == kMostLines) return damaged("it has too many lines");
    std::string_view line = take(signature, '\n');
    const std::string_view word = take(line, ' ');
    if (word == "succession") {
      CHALK_TRY_ASSIGN(Succession step, parse_succession(line));
      steps.push_back(std::move(step));
    } else if (word == "key") {
      CHALK_TRY_ASSIGN(PublicKey named, PublicKey::parse(line));
      key.emplace(std::move(named));
    } else if (word == "signature") {
      signs = key && key->verifies(message_of(purpose, text), line);
    }  // a later version of this may say more
  }
  if (!key) return damaged("it names no key");
  if (!signs) return damaged("it is not of this text: one of the two was changed");
  const std::vector<PublicKey> all = with_successors(trusted, steps);
  if (std::ranges::find(all, *key) != all.end()) return *key;
  return Error(Errc::kPermissionDenied, "it is signed by " + key->text() + ", which is not trusted here",
               "ask its origin for what `chalkline keys` shows there, compare, and say `chalkline keys --trust KEY`");
}

}  // namespace chalkline::library
