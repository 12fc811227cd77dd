// Small bodies, whole.
#include "streamer/management/exchange.hpp"

#include "streamer/management/problem.hpp"

namespace chalkline::streamer {

namespace {

class WholeBody final : public Exchange {
 public:
  explicit WholeBody(ManagedHandler& handler) : handler_(handler) {}

  std::optional<ManagedReply> begin(const ManagedRequest& request) override {
    request_ = request;
    return std::nullopt;
  }

  std::optional<ManagedReply> take(std::string_view bytes) override {
    if (body_.size() + bytes.size() > ManagedRequest::kMostBodyBytes)
      return problem(413, "a body of more than 1 MB is not taken here");
    body_.append(bytes);
    return std::nullopt;
  }

  ManagedReply finish() override {
    request_.body = body_;
    return handler_.answer(request_);
  }

 private:
  ManagedHandler& handler_;
  ManagedRequest request_;
  std::string body_;
};

class Options final : public Exchange {
 public:
  std::optional<ManagedReply> begin(const ManagedRequest&) override {
    constexpr const char* kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    ManagedReply reply;
    reply.status = 204;
    reply.fields = {{"Allow", kMethods},
                    {"Access-Control-Allow-Methods", kMethods},
                    {"Access-Control-Allow-Headers",
                     "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-CSRF-Token"},
                    {"Access-Control-Max-Age", "86400"}};
    return reply;
  }
  std::optional<ManagedReply> take(std::string_view) override { return std::nullopt; }
  ManagedReply finish() override { return ManagedReply(); }
};

}  // namespace

std::unique_ptr<Exchange> exchange_with(ManagedHandler& handler) { return std::make_unique<WholeBody>(handler); }

std::unique_ptr<Exchange> exchange_for_options() { return std::make_unique<Options>(); }

}  // namespace chalkline::streamer
