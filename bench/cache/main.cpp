// cache_policies: hit ratios of LRU, S3-FIFO and W-TinyLFU over a trace of lesson viewing, as a Markdown table. The
// S3-FIFO is the one the server uses. Started by `./chalk bench cache`.
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "bench/cache/policies.hpp"
#include "bench/cache/trace.hpp"
#include "streamer/cache/s3_fifo.hpp"

namespace {

using namespace chalkline;

class ServersS3Fifo {
 public:
  explicit ServersS3Fifo(std::uint64_t max_bytes) : cache_(max_bytes) {}
  bool ask(std::uint32_t object, std::uint32_t bytes) {
    char name[sizeof object];
    std::memcpy(name, &object, sizeof object);
    const std::string_view key(name, sizeof name);
    if (cache_.find(key) != nullptr) return true;
    cache_.insert(key, 0, bytes);
    return false;
  }

 private:
  streamer::S3Fifo<char> cache_;
};

struct Ratios {
  double objects = 0, bytes = 0;
};

template <class Policy>
Ratios run(const bench::Trace& trace, Policy policy) {
  std::uint64_t asked = 0, hit = 0, asked_bytes = 0, hit_bytes = 0;
  const std::size_t warm = trace.requests.size() / 5;  // a cache that has been up for a while
  for (std::size_t i = 0; i < trace.requests.size(); ++i) {
    const bench::Request& request = trace.requests[i];
    const bool there = policy.ask(request.object, request.bytes);
    if (i < warm) continue;
    ++asked;
    asked_bytes += request.bytes;
    hit += there ? 1 : 0;
    hit_bytes += there ? request.bytes : 0;
  }
  return {static_cast<double>(hit) / static_cast<double>(asked),
          static_cast<double>(hit_bytes) / static_cast<double>(asked_bytes)};
}

}  // namespace

int main(int argc, char** argv) {
  bench::TraceOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const char* const equals = std::strchr(argv[i], '=');
    if (equals != nullptr && argument.starts_with("--seed="))
      options.seed = std::strtoull(equals + 1, nullptr, 10);
    else if (equals != nullptr && argument.starts_with("--zipf="))
      options.zipf = std::atof(equals + 1);
    else if (equals != nullptr && argument.starts_with("--requests="))
      options.requests = std::strtoull(equals + 1, nullptr, 10);
    else if (equals != nullptr && argument.starts_with("--learners="))
      options.learners = static_cast<std::uint32_t>(std::strtoul(equals + 1, nullptr, 10));
    else {
      fmt::print(stderr, "usage: cache_policies [--seed=N] [--zipf=X] [--requests=N] [--learners=N]\n");
      return argument == "--help" ? 0 : 2;
    }
  }
  const bench::Trace trace = bench::make_trace(options);
  fmt::print("{} requests for {:.1f} GB of a catalogue of {:.1f} GB; Zipf {}, {} learners at once, seed {}.\n\n",
             trace.requests.size(), static_cast<double>(trace.asked_bytes) / 1e9,
             static_cast<double>(trace.catalogue_bytes) / 1e9, options.zipf, options.learners, options.seed);
  fmt::print("| cache, of the catalogue | LRU | S3-FIFO | W-TinyLFU | bytes: LRU | S3-FIFO | W-TinyLFU |\n");
  fmt::print("| --: | --: | --: | --: | --: | --: | --: |\n");
  for (const int percent : {1, 5, 20}) {
    const std::uint64_t bytes = trace.catalogue_bytes / 100 * static_cast<std::uint64_t>(percent);
    const Ratios lru = run(trace, bench::Lru(bytes));
    const Ratios s3 = run(trace, ServersS3Fifo(bytes));
    const Ratios tiny = run(trace, bench::WTinyLfu(bytes, bytes / 50'000));
    fmt::print("| {} % | {:.2f} % | {:.2f} % | {:.2f} % | {:.2f} % | {:.2f} % | {:.2f} % |\n", percent,
               100 * lru.objects, 100 * s3.objects, 100 * tiny.objects, 100 * lru.bytes, 100 * s3.bytes,
               100 * tiny.bytes);
  }
  return 0;
}
