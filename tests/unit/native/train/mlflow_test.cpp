// Against a real server on this machine's own network interface: a small one that answers as the
// MLflow REST interface (2.0) is documented to, or wrongly on purpose.
#include "train/tracking/mlflow.hpp"
#include "train/tracking/tracking.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

using namespace telltale;
using namespace telltale::train;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

namespace {

struct Request {
    std::string method, path, type, body;
    [[nodiscard]] Json json() const { return Json::parse(body, nullptr, false); }
};

using Answer = std::function<std::string(const Request&)>;

std::string http(int status, const std::string& body) {
    return "HTTP/1.0 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n\r\n" +
           body;
}

class Server {
public:
    explicit Server(Answer answer) : answer_(std::move(answer)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 16) == 0);
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] ServerAddress address() const {
        return {.host = "127.0.0.1", .port = std::to_string(port_), .path = ""};
    }
    [[nodiscard]] std::vector<Request> requests() {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }

private:
    void serve() {
        for (;;) {
            const int fd = ::accept(listener_, nullptr, nullptr);
            if (fd < 0) return;
            std::string text;
            std::size_t head_end = text.npos, length = 0;
            char buffer[4096];
            while (head_end == text.npos || text.size() < head_end + 4 + length) {
                const auto got = ::recv(fd, buffer, sizeof buffer, 0);
                if (got <= 0) break;
                text.append(buffer, static_cast<std::size_t>(got));
                head_end = text.find("\r\n\r\n");
                const auto at = text.find("Content-Length: ");
                if (at != text.npos && at < head_end) length = std::stoul(text.substr(at + 16));
            }
            if (head_end != text.npos) {
                Request r;
                r.method = text.substr(0, text.find(' '));
                const auto path = r.method.size() + 1;
                r.path = text.substr(path, text.find(' ', path) - path);
                if (const auto at = text.find("Content-Type: "); at < head_end)
                    r.type = text.substr(at + 14, text.find('\r', at) - at - 14);
                r.body = text.substr(head_end + 4);
                {
                    const std::scoped_lock lock(mutex_);
                    requests_.push_back(r);
                }
                const std::string answer = answer_(r);
                (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
            }
            ::close(fd);
        }
    }

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::mutex mutex_;
    std::vector<Request> requests_;
    std::thread thread_;
};

std::string as_mlflow(const Request& r) {
    const std::string api = "/api/2.0/mlflow/";
    if (r.method == "GET" && r.path.starts_with(api + "experiments/get-by-name?experiment_name=")) {
        return http(404, R"({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"})");
    }
    if (r.method == "PUT") return http(200, "{}");
    if (r.method != "POST" || r.type != "application/json") return http(405, "{}");
    if (r.path == api + "experiments/create") return http(200, R"({"experiment_id": "7"})");
    if (r.path == api + "runs/create") {
        return http(200, R"({"run": {"info": {"run_id": "ab12",
                            "artifact_uri": "mlflow-artifacts:/7/ab12/artifacts"}}})");
    }
    if (r.path == api + "runs/log-batch" || r.path == api + "runs/update") return http(200, "{}");
    return http(404, "{}");
}

}  // namespace

TEST_CASE("a run is told as MLflow's interface asks") {
    Server server(as_mlflow);
    TextPairs many;
    for (int i = 0; i < 130; ++i) many.emplace_back("p" + std::to_string(i), "v");
    Mlflow mlflow({.server = server.address(),
                   .experiment = "beats & rhythms",
                   .run = "cnn-skip",
                   .parameters = many,
                   .tags = {{"network", "cnn"}}});
    mlflow.metrics(1, {{"loss", 0.5}, {"bad", std::numeric_limits<double>::quiet_NaN()}});
    mlflow.metrics(2, {{"loss", 0.25}});
    mlflow.artifact("confusion matrix.json", "[[1, 0]]", "application/json");
    mlflow.finish(true);
    CHECK(!mlflow.complaint());

    const auto requests = server.requests();
    REQUIRE(requests.size() == 9);
    CHECK(requests[0].path ==
          "/api/2.0/mlflow/experiments/get-by-name?experiment_name=beats%20%26%20rhythms");
    CHECK(requests[1].json()["name"] == "beats & rhythms");
    const Json run = requests[2].json();
    CHECK(run["experiment_id"] == "7");
    CHECK(run["run_name"] == "cnn-skip");
    CHECK(run["start_time"].get<std::int64_t>() > 1'700'000'000'000);
    CHECK(run["tags"][0] == Json{{"key", "network"}, {"value", "cnn"}});
    // A request holds a hundred parameters at most.
    CHECK(requests[3].json()["params"].size() == 100);
    CHECK(requests[4].json()["params"].size() == 30);
    const Json first = requests[5].json();
    CHECK(first["run_id"] == "ab12");
    REQUIRE(first["metrics"].size() == 1);
    CHECK(first["metrics"][0]["key"] == "loss");
    CHECK(first["metrics"][0]["value"] == 0.5);
    CHECK(first["metrics"][0]["step"] == 1);
    CHECK(requests[6].json()["metrics"][0]["step"] == 2);
    CHECK(requests[7].method == "PUT");
    CHECK(requests[7].path ==
          "/api/2.0/mlflow-artifacts/artifacts/7/ab12/artifacts/confusion%20matrix.json");
    CHECK(requests[7].body == "[[1, 0]]");
    const Json end = requests[8].json();
    CHECK(end["status"] == "FINISHED");
    CHECK(end["end_time"].get<std::int64_t>() >= run["start_time"].get<std::int64_t>());
}

TEST_CASE("an experiment that is there is used, and a run that breaks off has failed") {
    Server server([](const Request& r) {
        return r.method == "GET" ? http(200, R"({"experiment": {"experiment_id": "3"}})")
                                 : as_mlflow(r);
    });
    {
        Mlflow mlflow({.server = server.address(), .run = "r"});
    }
    const auto requests = server.requests();
    REQUIRE(requests.size() == 3);
    CHECK(requests[1].json()["experiment_id"] == "3");
    CHECK(requests[2].json()["status"] == "FAILED");
}

TEST_CASE("a server that is down, silent, refusing or talking nonsense costs one warning") {
    std::atomic<bool> over = false;
    const std::vector<std::pair<const char*, Answer>> servers = {
        {"answered 500", [](const Request&) { return http(500, R"({"message": "out of disk"})"); }},
        {"out of disk", [](const Request&) { return http(500, R"({"message": "out of disk"})"); }},
        {"not HTTP", [](const Request&) { return std::string("SSH-2.0-server\r\n\r\n"); }},
        {"does not answer as MLflow does", [](const Request&) { return http(200, "<html>"); }},
        {"does not answer as MLflow does", [](const Request&) { return http(200, "[1, {}]"); }},
        {"longer than expected",
         [](const Request&) { return http(200, std::string(2 << 20, 'x')); }},
        {"no answer in time",
         [&](const Request&) {
             while (!over) std::this_thread::sleep_for(5ms);
             return std::string();
         }},
    };
    for (const auto& [expected, answer] : servers) {
        CAPTURE(expected);
        over = false;
        Server server(answer);
        const auto start = std::chrono::steady_clock::now();
        Mlflow mlflow({.server = server.address(), .run = "r", .request_limit = 300ms});
        for (int i = 0; i < 50; ++i) mlflow.metrics(i, {{"loss", 1.0}});
        // Telling costs nothing, whatever the server does.
        CHECK(std::chrono::steady_clock::now() - start < 250ms);
        mlflow.finish(true);
        over = true;
        const auto complaint = mlflow.complaint();
        REQUIRE(complaint);
        CHECK_THAT(*complaint, ContainsSubstring(expected));
        CHECK(!mlflow.complaint());
    }
    Mlflow down({.server = {.host = "127.0.0.1", .port = "1", .path = ""}, .run = "r"});
    down.finish(true);
    const auto complaint = down.complaint();
    REQUIRE(complaint);
    CHECK_THAT(*complaint, ContainsSubstring("no connection"));
}

TEST_CASE("a server that keeps files elsewhere costs a warning, and the rest is told") {
    Server server([](const Request& r) {
        return r.path.ends_with("runs/create")
                   ? http(200, R"({"run": {"info": {"run_id": "x", "artifact_uri": "s3://b/x"}}})")
                   : as_mlflow(r);
    });
    Mlflow mlflow({.server = server.address(), .run = "r"});
    mlflow.artifact("a.json", "{}", "application/json");
    mlflow.finish(true);
    const auto complaint = mlflow.complaint();
    REQUIRE(complaint);
    CHECK_THAT(*complaint, ContainsSubstring("a.json"));
    CHECK(server.requests().back().json()["status"] == "FINISHED");
}

TEST_CASE("the end of a training is told with its scores and files") {
    const auto folder = std::filesystem::temp_directory_path() / "telltale-test-tracking";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "run.json") << R"({"epochs": 2})";
    Server server(as_mlflow);
    const ServerAddress at = server.address();
    std::string said;
    const auto log = [&](std::string_view line) { said += line; };
    auto tracking =
        Tracking::start("http://" + at.host + ":" + at.port, {.server = {}, .run = "r"}, log);
    REQUIRE(tracking);
    tracking->metrics(50, {{"fold 1 network 1/loss", 0.5}});
    evaluate::Confusion scores({"N", "V"});
    scores.add(0, 1);
    tracking->finish(folder, scores);
    CHECK(said.empty());
    const auto requests = server.requests();
    REQUIRE(requests.size() == 7);
    CHECK(requests[3].json()["metrics"][0]["key"] == "fold 1 network 1/loss");
    CHECK(requests[3].json()["metrics"][0]["step"] == 50);
    CHECK(requests[4].path.ends_with("/confusion.json"));
    CHECK(requests[4].json()["confusion"] == Json{{0, 1}, {0, 0}});
    CHECK(requests[5].path.ends_with("/run.json"));  // the files that there are
    CHECK(requests[5].body == R"({"epochs": 2})");
    CHECK(requests[6].json()["status"] == "FINISHED");
    std::filesystem::remove_all(folder);

    CHECK(!Tracking::start("ftp://x", {.server = {}, .run = "r"}, log));
    // No server named: nobody is told, and nothing goes wrong.
    auto nobody = Tracking::start("", {.server = {}, .run = "r"}, log);
    REQUIRE(nobody);
    nobody->metrics(1, {{"loss", 1.0}});
    nobody->finish(folder, scores);
    nobody->failed();
    CHECK(said.empty());
}

TEST_CASE("addresses of servers") {
    const auto plain = parse_address("http://tracker.local:5000/mlflow/");
    REQUIRE(plain);
    CHECK(plain->host == "tracker.local");
    CHECK(plain->port == "5000");
    CHECK(plain->path == "/mlflow");
    CHECK(parse_address("http://localhost")->port == "80");
    CHECK(parse_address("http://[::1]:5000")->host == "::1");
    for (const char* bad : {"https://a:1", "a:1", "http://", "http://a:b", "http://a b:1",
                            "http://a:1/x y", "http://user@a:1", "http://:5000"}) {
        CAPTURE(bad);
        CHECK(!parse_address(bad));
    }
}
