// HTML text the safe way: escaping, and templates whose holes are filled once and never looked at again. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace chalkline {

// For element content and quoted attributes.
std::string escape_html(std::string_view text);

// JSON for a <script> element or a single-quoted attribute: < > & and ' as \u escapes.
std::string escape_json_for_html(std::string_view json);

// Replaces each "{{name}}" in one pass: what is filled in is not searched for holes. Unknown holes become empty.
std::string fill_template(std::string_view text,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace chalkline
