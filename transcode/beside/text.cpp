// Subtitle conversion.
#include "transcode/beside/text.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <cstdint>

#include "core/file.hpp"
#include "transcode/av/decoder.hpp"
#include "transcode/av/error.hpp"
#include "transcode/av/input.hpp"

namespace chalkline::transcode {

namespace {

void append_code_point(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
  std::string out;
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    append_code_point(out, c);
  }
  return out;
}

// RFC 3629: well-formed, shortest form, no surrogates.
bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 9;
    if (more == 9 || i + more >= bytes.size() + (more == 0 ? 1 : 0)) return false;
    std::uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if (next >> 6 != 2) return false;
      c = c << 6 | (next & 0x3F);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (c < kLeast[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
    i += more + 1;
  }
  return true;
}

// The part of Windows-1252 that differs from Latin-1 (WHATWG Encoding); 0 where undefined.
constexpr std::uint16_t kWindows1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                            0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                            0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                            0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// One ASS override block without its braces: "\i1" opens <i>, "\i0" closes it; b and u likewise.
void apply_override(std::string_view block, std::string& out, std::string& open_tags) {
  for (std::size_t at = block.find('\\'); at != std::string_view::npos; at = block.find('\\', at + 1)) {
    const auto tag = block.substr(at + 1, 2);
    if (tag.size() < 2 || std::string_view("ibu").find(tag[0]) == std::string_view::npos) continue;
    const auto after = at + 3 < block.size() ? block[at + 3] : '\\';
    if (after != '\\' && !(tag[0] == 'b' && after >= '0' && after <= '9')) continue;
    if (tag[1] != '0' && open_tags.find(tag[0]) == std::string::npos) {
      out += std::string("<") + tag[0] + ">";
      open_tags += tag[0];
    } else if (tag[1] == '0' && !open_tags.empty() && open_tags.back() == tag[0]) {
      out += std::string("</") + tag[0] + ">";
      open_tags.pop_back();
    }
  }
}

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), true);
  if (is_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool special = byte >= 0x80 && byte < 0xA0;
    append_code_point(out, !special ? byte : kWindows1252[byte - 0x80] != 0 ? kWindows1252[byte - 0x80] : 0xFFFD);
  }
  return out;
}

std::string cue_text_from_ass_event(std::string_view event) {
  // ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
  for (int comma = 0; comma < 8; ++comma) {
    const auto at = event.find(',');
    if (at == std::string_view::npos) return {};
    event.remove_prefix(at + 1);
  }
  std::string out;
  std::string open_tags;
  const auto new_line = [&] {
    if (!out.empty() && out.back() != '\n') out += '\n';
  };
  for (std::size_t i = 0; i < event.size(); ++i) {
    const char c = event[i];
    if (c == '{') {
      const auto end = event.find('}', i);
      if (end == std::string_view::npos) break;
      apply_override(event.substr(i + 1, end - i - 1), out, open_tags);
      i = end;
    } else if (c == '\\' && i + 1 < event.size() && (event[i + 1] == 'N' || event[i + 1] == 'n')) {
      new_line();
      ++i;
    } else if (c == '\\' && i + 1 < event.size() && event[i + 1] == 'h') {
      out += "\xC2\xA0";
      ++i;
    } else if (c == '\n' || c == '\r') {
      new_line();
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  for (; !open_tags.empty(); open_tags.pop_back()) out += std::string("</") + open_tags.back() + ">";
  return out;
}

void append_cues(AVCodecContext& decoder, AVPacket& packet, AVRational time_base, std::int64_t origin_us,
                 std::vector<Cue>& cues) {
  if (packet.size == 0 || packet.pts == AV_NOPTS_VALUE) return;
  AVSubtitle subtitle{};
  int got = 0;
  if (avcodec_decode_subtitle2(&decoder, &subtitle, &got, &packet) < 0 || got == 0) return;
  const std::int64_t at_ms = (av_rescale_q(packet.pts, time_base, {1, 1'000'000}) - origin_us) / 1000;
  const std::int64_t lasts_ms = av_rescale_q(packet.duration, time_base, {1, 1000});
  Cue cue;
  cue.start_ms = std::max<std::int64_t>(0, at_ms + subtitle.start_display_time);
  const bool own_end = subtitle.end_display_time != 0 && subtitle.end_display_time != UINT32_MAX;
  cue.end_ms = at_ms + (own_end ? static_cast<std::int64_t>(subtitle.end_display_time) : lasts_ms);
  for (unsigned i = 0; i < subtitle.num_rects; ++i) {
    const AVSubtitleRect& rect = *subtitle.rects[i];
    const std::string line = rect.ass != nullptr ? cue_text_from_ass_event(rect.ass) : std::string();
    if (line.empty()) continue;
    if (!cue.text.empty()) cue.text += '\n';
    cue.text += line;
  }
  avsubtitle_free(&subtitle);
  if (cue.text.empty() || cue.text.size() > kMaxCueBytes || cues.size() >= kMaxCues) return;
  if (cue.end_ms > cue.start_ms) cues.push_back(std::move(cue));
}

Result<std::vector<Cue>> read_side_text(const SideFile& file) {
  const std::string name = file.path.string();
  auto content = read_file(file.path, 16 * 1024 * 1024);
  if (!content) return content.error();
  auto opened = av::Input::open_memory(to_utf8(*content), name, av::kTextContainers);
  if (!opened)
    return Error(Errc::kUnusableInput, name + " is neither SubRip (.srt) nor WebVTT (.vtt) text",
                 "give captions in one of these two forms");
  av::Input& input = *opened;
  if (input.context().nb_streams < 1) return Error(Errc::kUnusableInput, name + " holds no captions");
  const AVStream& stream = *input.context().streams[0];
  CHALK_TRY_ASSIGN(const av::CodecPtr decoder, av::open_decoder(stream, 1));
  std::vector<Cue> cues;
  auto packet = av::make_packet();
  while (input.read(*packet) >= 0) {
    append_cues(*decoder, *packet, stream.time_base, 0, cues);
    av_packet_unref(packet.get());
  }
  if (cues.empty()) return Error(Errc::kUnusableInput, name + " holds no captions that can be read");
  std::stable_sort(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.start_ms < b.start_ms; });
  return cues;
}

}  // namespace chalkline::transcode
