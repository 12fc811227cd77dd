// The few shapes that a plot needs, as SVG text, and a scale from values to places. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chalkline::cli {

// From a range of values to a range of pixels.
class PlotScale {
 public:
  PlotScale(double from, double to, double first_pixel, double last_pixel, bool logarithmic = false);
  [[nodiscard]] double operator()(double value) const;  // values outside are put at the nearer end
  [[nodiscard]] double from() const { return from_; }
  [[nodiscard]] double to() const { return to_; }
  // Round values inside the range, about `wanted` of them; of a logarithmic scale 1, 2 and 5 times powers of ten.
  [[nodiscard]] std::vector<double> marks(int wanted) const;

 private:
  double from_, to_, first_, last_;
  bool logarithmic_;
};

class Svg {
 public:
  explicit Svg(double width) : width_(width) {}
  // `style` is what stands in the element's class: see the style sheet in svg.cpp.
  void line(double x1, double y1, double x2, double y2, std::string_view style, std::string_view colour = {});
  void path(const std::vector<std::pair<double, double>>& points, std::string_view style, std::string_view colour);
  void box(double x, double y, double width, double height, std::string_view colour, double opacity = 1);
  void circle(double x, double y, double radius, std::string_view fill, std::string_view edge);
  // `anchor`: start, middle or end. Any text; what XML cannot hold becomes a space.
  void text(double x, double y, std::string_view text, std::string_view style = "label",
            std::string_view anchor = "start", std::string_view colour = {});
  [[nodiscard]] std::string finish(double height) const;

 private:
  double width_;
  std::string body_;
};

}  // namespace chalkline::cli
