// Tenths of a pixel are fine enough.
#include "cli/display/svg.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace chalkline::cli {

static constexpr double kEnlarged = 1.25;  // where there is room

PlotScale::PlotScale(double from, double to, double first_pixel, double last_pixel, bool logarithmic)
    : from_(from), to_(to > from ? to : from + 1), first_(first_pixel), last_(last_pixel), logarithmic_(logarithmic) {}

double PlotScale::operator()(double value) const {
  value = std::clamp(value, from_, to_);
  const double share = logarithmic_ ? std::log(value / from_) / std::log(to_ / from_) : (value - from_) / (to_ - from_);
  return first_ + share * (last_ - first_);
}

std::vector<double> PlotScale::marks(int wanted) const {
  std::vector<double> found;
  if (logarithmic_) {
    for (int power = static_cast<int>(std::floor(std::log10(from_))); std::pow(10, power) <= to_; ++power)
      for (const int times : {1, 2, 5}) {
        const double value = times * std::pow(10, power);
        if (value >= from_ && value <= to_) found.push_back(value);
      }
    return found;
  }
  const double rough = (to_ - from_) / wanted;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const int times : {5, 2, 1})
    if (times * power >= rough) step = times * power;
  const auto first = static_cast<long>(std::ceil(from_ / step));
  for (long i = first; static_cast<double>(i) * step <= to_; ++i) found.push_back(static_cast<double>(i) * step);
  return found;
}

static std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

// As wide as the place allows, in a browser of its own as well as in a page.
std::string Svg::finish(double height) const {
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2:.0f}\" height=\"{3:.0f}\" viewBox=\"0 0 {0:.0f} "
             "{1:.0f}\" style=\"max-width:100%;height:auto\">\n"
             "<style>text{{font:14px sans-serif;fill:#333}} .title{{font-size:19px;font-weight:bold}} "
             ".head{{font-size:16px;font-weight:bold}} .note{{font-size:13px;fill:#555}} .grid{{stroke:#e2e2e2}} "
             ".axis{{stroke:#888}} .curve{{fill:none;stroke-width:2}} .thin{{fill:none;stroke-width:1}} "
             ".dashed{{fill:none;stroke-width:1.6;stroke-dasharray:6 4}} .cut{{stroke-width:1.4}}</style>\n"
             "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
             width_, height, width_ * kEnlarged, height * kEnlarged) +
         body_ + "</svg>\n";
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style, std::string_view colour) {
  fmt::format_to(std::back_inserter(body_),
                 "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"", x1, y1, x2, y2, style);
  if (!colour.empty()) body_ += fmt::format(" stroke=\"{}\"", colour);
  body_ += "/>\n";
}

void Svg::path(const std::vector<std::pair<double, double>>& points, std::string_view style, std::string_view colour) {
  body_ += fmt::format("<polyline class=\"{}\" stroke=\"{}\" points=\"", style, colour);
  for (const auto& [x, y] : points) fmt::format_to(std::back_inserter(body_), "{:.1f},{:.1f} ", x, y);
  if (!points.empty()) body_.pop_back();
  body_ += "\"/>\n";
}

void Svg::box(double x, double y, double width, double height, std::string_view colour, double opacity) {
  fmt::format_to(std::back_inserter(body_),
                 "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"", x, y, width, height,
                 colour);
  if (opacity < 1) body_ += fmt::format(" opacity=\"{:.2f}\"", opacity);
  body_ += "/>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view fill, std::string_view edge) {
  fmt::format_to(std::back_inserter(body_),
                 "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"{}\" stroke=\"{}\"/>\n", x, y, radius, fill,
                 edge);
}

void Svg::text(double x, double y, std::string_view text, std::string_view style, std::string_view anchor,
               std::string_view colour) {
  fmt::format_to(std::back_inserter(body_), "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\"", x, y,
                 style, anchor);
  if (!colour.empty()) body_ += fmt::format(" style=\"fill:{}\"", colour);
  body_ += ">" + escaped(text) + "</text>\n";
}

}  // namespace chalkline::cli
