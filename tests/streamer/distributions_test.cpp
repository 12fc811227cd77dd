// Histograms and meters as Prometheus reads them.
#include "streamer/delivery/distributions.hpp"

#include <set>

#include <doctest/doctest.h>

#include "streamer/delivery/rendition_meters.hpp"

using namespace chalkline::streamer;

TEST_CASE("a value falls into the first bucket whose bound it does not pass, and buckets are cumulative") {
  Distributions one;
  one.note(Distribution::kDeliveryHit, 100);
  one.note(Distribution::kDeliveryHit, 101);
  one.note(Distribution::kDeliveryHit, 70'000'000);
  DistributionSums sums{};
  one.add_to(sums);
  one.add_to(sums);  // as of a second thread that saw the same
  const std::string text = render_distributions(sums);
  CHECK(text.find("# TYPE chalkline_delivery_seconds histogram\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_bucket{cache=\"hit\",le=\"0.0001\"} 2\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_bucket{cache=\"hit\",le=\"0.00025\"} 4\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_bucket{cache=\"hit\",le=\"60\"} 4\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_bucket{cache=\"hit\",le=\"+Inf\"} 6\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_count{cache=\"hit\"} 6\n") != std::string::npos);
  CHECK(text.find("chalkline_delivery_seconds_sum{cache=\"hit\"} 140.0004") != std::string::npos);
  CHECK(text.find("chalkline_client_buffer_seconds_bucket{le=\"0\"} 0\n") != std::string::npos);
}

TEST_CASE("bounds rise, and every distribution has one row") {
  std::set<Distribution> seen;
  for (const DistributionInfo& info : kDistributionTable) {
    CHECK(seen.insert(info.distribution).second);
    CHECK(info.bounds.size() <= kMostBounds);
    for (std::size_t i = 1; i < info.bounds.size(); ++i) CHECK(info.bounds[i - 1] < info.bounds[i]);
  }
  CHECK(seen.size() == static_cast<std::size_t>(Distribution::kCount));
}

TEST_CASE("bytes are counted by lesson and rendition, and there is an end to how many") {
  RenditionMeters meters(2);
  CHECK(meters.render().empty());
  meters.meter("water", "video/0")->fetch_add(5);
  meters.meter("water", "video/0")->fetch_add(6);
  meters.meter("water", "audio/en-opus")->fetch_add(1);
  meters.meter("fire", "video/0")->fetch_add(3);
  meters.meter("air", "video/0")->fetch_add(4);
  const std::string text = meters.render();
  CHECK(text.find("chalkline_rendition_bytes_total{lesson=\"water\",rendition=\"video/0\"} 11\n") != std::string::npos);
  CHECK(text.find("chalkline_rendition_bytes_total{lesson=\"other\",rendition=\"other\"} 7\n") != std::string::npos);
}
