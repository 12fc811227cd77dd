// One table of counters: /metrics is made from it, and docs/delivery.md repeats it word for word, like the URL table;
// the files of deploy/ that speak of metrics know no others.
#include <regex>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/file.hpp"
#include "streamer/delivery/counters.hpp"
#include "streamer/http/route.hpp"

using namespace chalkline::streamer;

static std::string delivery_guide() { return chalkline::read_file(CHALKLINE_SOURCE_DIR "/docs/delivery.md").value(); }

TEST_CASE("the table has one row for every counter, in order of metric names") {
  std::set<Counter> seen;
  std::set<std::string_view> done;
  std::string_view last;
  for (const CounterInfo& info : kCounterTable) {
    CAPTURE(info.name);
    CHECK(seen.insert(info.counter).second);
    if (info.name != last) CHECK(done.insert(info.name).second);  // rows of one metric stand together
    last = info.name;
    CHECK((info.type == "gauge" || info.name.ends_with("_total")));
  }
  CHECK(seen.size() == static_cast<std::size_t>(Counter::kCount));
}

TEST_CASE("metrics are written in the Prometheus text format") {
  CounterSums sums{};
  sums[static_cast<std::size_t>(Counter::kLookupHit)] = 42;
  Gauges gauges;
  gauges.threads = 3;
  const std::string text = render_metrics(sums, gauges);
  CHECK(text.find("# TYPE chalkline_cache_lookups_total counter\nchalkline_cache_lookups_total{result=\"hit\"} 42\n") !=
        std::string::npos);
  CHECK(text.find("chalkline_delivery_threads 3\n") != std::string::npos);
  CHECK(text.find("# HELP chalkline_responses_total") == text.rfind("# HELP chalkline_responses_total"));
}

TEST_CASE("the guide's table of metrics is the table of the source") {
  CHECK(delivery_guide().find(render_metrics_docs()) != std::string::npos);
}

TEST_CASE("dashboard and alert rules name only what the server writes") {
  const std::string docs = render_metrics_docs();
  for (const char* file : {"/deploy/grafana-dashboard.json", "/deploy/prometheus-alerts.yml"}) {
    CAPTURE(file);
    const std::string text = chalkline::read_file(std::string(CHALKLINE_SOURCE_DIR) + file).value();
    const std::regex metric("chalkline_[a-z0-9_]+");
    int found = 0;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), metric); at != std::sregex_iterator();
         ++at, ++found) {
      std::string name = at->str();
      if (name.ends_with("_bucket")) name.resize(name.size() - 7);
      CHECK_MESSAGE(docs.find("| `" + name + "` |") != std::string::npos, name);
    }
    CHECK(found > 8);
  }
}

TEST_CASE("the guide's table of addresses is the route table") {
  std::string table;
  for (const Route& route : kRoutes) table += fmt::format("| `{}` | {} |\n", route.pattern, route.about);
  CHECK(delivery_guide().find(table) != std::string::npos);
}
