// A table of nine names.
#include "streamer/http/client_fields.hpp"

#include <algorithm>
#include <array>

namespace chalkline::streamer {

namespace {

struct Field {
  std::string_view name;
  std::string_view& (*place)(RequestHead&);
};

constexpr std::array<Field, 9> kFields = {{
    {"ect", [](RequestHead& head) -> std::string_view& { return head.ect; }},
    {"rtt", [](RequestHead& head) -> std::string_view& { return head.rtt; }},
    {"downlink", [](RequestHead& head) -> std::string_view& { return head.downlink; }},
    {"save-data", [](RequestHead& head) -> std::string_view& { return head.save_data; }},
    {"cdn-loop", [](RequestHead& head) -> std::string_view& { return head.cdn_loop; }},
    {"cmcd-object", [](RequestHead& head) -> std::string_view& { return head.cmcd[0]; }},
    {"cmcd-request", [](RequestHead& head) -> std::string_view& { return head.cmcd[1]; }},
    {"cmcd-session", [](RequestHead& head) -> std::string_view& { return head.cmcd[2]; }},
    {"cmcd-status", [](RequestHead& head) -> std::string_view& { return head.cmcd[3]; }},
}};

const Field* find(std::string_view name) {
  const auto same = [&](const Field& field) {
    return field.name.size() == name.size() &&
           std::equal(name.begin(), name.end(), field.name.begin(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b; });
  };
  const auto at = std::find_if(kFields.begin(), kFields.end(), same);
  return at == kFields.end() ? nullptr : &*at;
}

}  // namespace

bool is_client_field(std::string_view name) { return find(name) != nullptr; }

void take_client_field(RequestHead& head, std::string_view name, std::string_view value) {
  if (const Field* field = find(name)) field->place(head) = value;
}

}  // namespace chalkline::streamer
