# Varnish in front of a chalkline, or in its place near the learners. Put the origin's address into `backend`.
#   varnishd -a :8080 -f /etc/varnish/chalkline.vcl -s file,/var/lib/varnish/chalkline,50G
vcl 4.1;

backend origin {
  .host = "video.example";
  .port = "80";
  .connect_timeout = 5s;
  .probe = { .url = "/healthz"; .interval = 5s; .timeout = 3s; .window = 4; .threshold = 2; }
}

import std;

sub vcl_recv {
  # RFC 8586: an origin that sends learners of some networks to a mirror (steering.mirrors) serves a cache itself.
  if (req.http.CDN-Loop) {
    set req.http.CDN-Loop = req.http.CDN-Loop + ", chalkline-varnish";
  } else {
    set req.http.CDN-Loop = "chalkline-varnish";
  }
  # Tokens in front of a path and in fields open closed lessons: those are for one learner, and pass.
  if (req.http.Authorization || req.url ~ "^/(t|api|files|studio)/" || req.url ~ "[?&]token=" ||
      (req.method != "GET" && req.method != "HEAD")) {
    return (pass);
  }
  # One copy a coding, not one a browser's spelling.
  if (req.http.Accept-Encoding ~ "br") {
    set req.http.Accept-Encoding = "br";
  } elsif (req.http.Accept-Encoding ~ "gzip") {
    set req.http.Accept-Encoding = "gzip";
  } else {
    unset req.http.Accept-Encoding;
  }
  unset req.http.Cookie;
  # The origin is there: what is a little old is served while it is asked anew. It is gone: everything that is here is.
  if (std.healthy(req.backend_hint)) {
    set req.grace = 60s;
  }
  return (hash);
}

sub vcl_backend_response {
  set beresp.grace = 30d;
  if (beresp.status >= 500) {
    set beresp.uncacheable = true;
    set beresp.ttl = 0s;
  }
}

sub vcl_deliver {
  if (obj.hits > 0) {
    set resp.http.X-Cache = "HIT";
  } else {
    set resp.http.X-Cache = "MISS";
  }
}
