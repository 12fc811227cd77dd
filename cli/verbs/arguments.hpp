// What several verbs check of their arguments before they begin: each fault is one sentence with the way out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "core/error.hpp"
#include "core/side_file.hpp"

namespace chalkline::cli {

// "lesson.vtt:sw", "voice.m4a:sw" (the last colon divides).
Result<SideFile> parse_side_file(std::string_view argument);

// All of them, each a readable file as check_input says.
Result<std::vector<SideFile>> parse_side_files(const std::vector<std::string>& arguments);

// Looks like a BCP 47 tag (RFC 5646 2.1, shape only): "sw", "pt-BR", "zh-Hant"?
Result<void> check_language(std::string_view tag);

// A regular file with something in it that we may read; else kUnusableInput, whatever the reason.
Result<void> check_input(const std::filesystem::path& file);

// The configuration of `file`, or the defaults, with the environment; a missing file is kBadConfig too.
Result<config::Config> load_configuration(const std::optional<std::filesystem::path>& file);

// "" means not given.
std::optional<std::filesystem::path> path_if_given(const std::string& argument);

}  // namespace chalkline::cli
