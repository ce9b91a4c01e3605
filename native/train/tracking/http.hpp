// A plain HTTP client, for a tracking server in one's own network: no TLS, one request a
// connection.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "recording/error.hpp"

namespace telltale::train {

/// Where a server is: "http://host[:port][/path]".
struct ServerAddress {
    std::string host, port = "80";
    std::string path;  ///< Before every request's own; without a slash at its end.
};

/// Errors: not http, no host, characters that do not belong there.
[[nodiscard]] Result<ServerAddress> parse_address(std::string_view url);

struct HttpResponse {
    int status = 0;  ///< 200, 404, ...
    std::string body;
};

/// One request and its answer, all within `limit`. `path` is already encoded. Errors: no
/// connection, no answer in time, an answer that is not HTTP or longer than a megabyte.
[[nodiscard]] Result<HttpResponse> http_request(const ServerAddress& server,
                                                std::string_view method, std::string_view path,
                                                std::string_view content_type,
                                                std::string_view body,
                                                std::chrono::milliseconds limit);

/// "a b/c" becomes "a%20b/c"; slashes stay.
[[nodiscard]] std::string url_encoded(std::string_view text);

}  // namespace telltale::train
