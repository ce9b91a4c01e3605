#include "train/tracking/http.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <format>
#include <memory>

namespace telltale::train {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t longest_answer = 1 << 20;

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

/// Waits until the socket can be read or written; false when the time is over.
bool wait_for(int fd, short event, Clock::time_point end) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        if (left <= 0) return false;
        pollfd p{.fd = fd, .events = event, .revents = 0};
        const int ready = ::poll(&p, 1, static_cast<int>(std::min<long>(left, 60000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

/// A connected socket, or -1.
int connect_to(const addrinfo& address, Clock::time_point end) {
    const int fd =
        ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
    int error = errno;
    if (error == EINPROGRESS && wait_for(fd, POLLOUT, end)) {
        socklen_t size = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) return fd;
    ::close(fd);
    errno = error == EINPROGRESS ? ETIMEDOUT : error;
    return -1;
}

bool send_all(int fd, std::string_view text, Clock::time_point end) {
    while (!text.empty()) {
        if (!wait_for(fd, POLLOUT, end)) return false;
        const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

Result<ServerAddress> parse_address(std::string_view url) {
    const auto bad = [&] {
        return fail(std::string(url), "",
                    "is not the address of a tracking server, expected http://host:port (there is "
                    "no TLS: use a server or a tunnel in your own network)");
    };
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return bad();
    std::string_view rest = url.substr(scheme.size());
    ServerAddress server;
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos) server.path = rest.substr(slash);
    while (server.path.ends_with('/')) server.path.pop_back();
    rest = rest.substr(0, slash);
    const auto colon = rest.rfind(':');
    // "[::1]:5000" holds colons in the host itself.
    const bool has_port = colon != std::string_view::npos && rest.find(']', colon) == rest.npos;
    server.host = rest.substr(0, has_port ? colon : rest.npos);
    if (has_port) server.port = rest.substr(colon + 1);
    if (server.host.starts_with('[') && server.host.ends_with(']'))
        server.host = server.host.substr(1, server.host.size() - 2);
    const auto plain = [](std::string_view text) {
        return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
            return c > ' ' && c < 0x7f && c != '@' && c != '"';
        });
    };
    if (!plain(server.host) || !plain(server.port) || server.port.size() > 5 ||
        !std::ranges::all_of(server.port, [](unsigned char c) { return std::isdigit(c) != 0; }) ||
        (!server.path.empty() && !plain(server.path))) {
        return bad();
    }
    return server;
}

std::string url_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~/").contains(c))
            out += c;
        else
            out += std::format("%{:02X}", byte);
    }
    return out;
}

Result<HttpResponse> http_request(const ServerAddress& server, std::string_view method,
                                  std::string_view path, std::string_view content_type,
                                  std::string_view body, std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    const std::string name = std::format("http://{}:{}", server.host, server.port);
    const auto failed = [&](std::string message) {
        return fail(name, std::format("{} {}", method, path), std::move(message));
    };
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found)) {
        return failed(::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
    int fd = -1;
    for (const addrinfo* a = found; a != nullptr && fd < 0; a = a->ai_next)
        fd = connect_to(*a, end);
    if (fd < 0) return failed(std::format("no connection: {}", std::strerror(errno)));
    const Socket socket(fd);

    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    std::string request =
        std::format("{} {}{} HTTP/1.0\r\nHost: {}:{}\r\nUser-Agent: telltale\r\nAccept: */*\r\n",
                    method, server.path, path, server.host, server.port);
    if (!body.empty() || method != "GET") {
        request +=
            std::format("Content-Type: {}\r\nContent-Length: {}\r\n", content_type, body.size());
    }
    request += "\r\n";
    if (!send_all(fd, request, end) || !send_all(fd, body, end)) {
        return failed("the request could not be sent in time");
    }
    std::string answer;
    for (;;) {
        if (!wait_for(fd, POLLIN, end)) return failed("no answer in time");
        char buffer[16384];
        const auto got = ::recv(fd, buffer, sizeof buffer, 0);
        if (got == 0) break;
        if (got < 0) {
            if (errno == EAGAIN || errno == EINTR) continue;
            return failed(std::format("the connection broke: {}", std::strerror(errno)));
        }
        answer.append(buffer, static_cast<std::size_t>(got));
        if (answer.size() > longest_answer) return failed("the answer is longer than expected");
    }
    HttpResponse response;
    const auto head_end = answer.find("\r\n\r\n");
    const auto code_at = answer.find(' ');
    if (!answer.starts_with("HTTP/") || head_end == answer.npos || code_at > head_end ||
        std::from_chars(answer.data() + code_at + 1, answer.data() + head_end, response.status)
                .ec != std::errc()) {
        return failed("the answer is not HTTP");
    }
    response.body = answer.substr(head_end + 4);
    return response;
}

}  // namespace telltale::train
