// telltale-desktop: the page's window as a native program, for debugging and for pictures.
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app.hpp"
#include "data/files.hpp"
#include "desktop_engine.hpp"
#include "messages/notices.hpp"
#include "note_box.hpp"
#include "png.hpp"

namespace {

using telltale::desktop::DesktopEngine;
using telltale::window::App;

// Dear ImGui needs some frames after an event to come to rest (hover, focus, popups).
constexpr int frames_to_settle = 3;

struct Options {
    std::vector<std::string> files;
    std::string screenshot, keys;
    int width = 1440, height = 900;
    std::string theme = "light";
};

// Into the back buffer; the caller swaps.
void draw(GLFWwindow* window, App& app, DesktopEngine& engine) {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    app.frame();
    telltale::desktop::draw_note_box(engine);
    ImGui::Render();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    glViewport(0, 0, width, height);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

// What was drawn last, as PNG. False if it cannot be written, or nothing is on it.
bool save_picture(GLFWwindow* window, const std::string& path) {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height);
    std::vector<unsigned char> pixels(w * h * 4), rgb(w * h * 3);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    for (std::size_t y = 0; y < h; ++y)
        for (std::size_t x = 0; x < w; ++x)
            std::copy_n(&pixels[((h - 1 - y) * w + x) * 4], 3, &rgb[(y * w + x) * 3]);
    if (std::ranges::all_of(rgb, [&](unsigned char value) { return value == rgb.front(); })) {
        std::fprintf(stderr, "telltale-desktop: nothing was drawn\n");
        return false;
    }
    const std::string bytes = telltale::desktop::png(rgb, w, h);
    const auto written = telltale::data::write_file(path, bytes);
    if (!written) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
    return written.has_value();
}

// Works and draws until nothing changes any more, types the keys one by one, and takes the picture.
int picture(GLFWwindow* window, App& app, DesktopEngine& engine, const Options& options) {
    const auto settle = [&] {
        for (int quiet = 0; quiet < frames_to_settle + 1;) {
            glfwPollEvents();
            quiet = engine.work() ? 0 : quiet + 1;
            draw(window, app, engine);
        }
    };
    settle();
    for (const char letter : options.keys) {
        const bool digit = letter >= '0' && letter <= '9';
        const auto key = static_cast<ImGuiKey>(digit ? ImGuiKey_0 + (letter - '0')
                                                     : ImGuiKey_A + (letter - 'a'));
        ImGui::GetIO().AddKeyEvent(key, true);
        draw(window, app, engine);
        ImGui::GetIO().AddKeyEvent(key, false);
        settle();
    }
    return save_picture(window, options.screenshot) && !engine.failed() ? 0 : 1;
}

int run(GLFWwindow* window, App& app, DesktopEngine& engine) {
    int frames = frames_to_settle;
    while (!glfwWindowShouldClose(window)) {
        const bool busy = engine.work();
        if (busy || frames > 0) {
            glfwPollEvents();
        } else {
            // Idle until something happens; a notice that fades wants a look now and then.
            if (app.animating())
                glfwWaitEventsTimeout(0.1);
            else
                glfwWaitEvents();
            frames = frames_to_settle;
        }
        draw(window, app, engine);
        glfwSwapBuffers(window);
        frames = std::max(0, frames - 1);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App line("Telltale's window as a native program.", "telltale-desktop");
    line.add_option("FILE", options.files, "Recordings; a WFDB header brings its files");
    line.add_option("--screenshot", options.screenshot,
                    "Write what the window shows to this PNG, and end");
    line.add_option("--width", options.width, "Pixels")
        ->capture_default_str()
        ->check(CLI::Range(200, 16000));
    line.add_option("--height", options.height, "Pixels")
        ->capture_default_str()
        ->check(CLI::Range(200, 16000));
    line.add_option("--theme", options.theme)
        ->capture_default_str()
        ->check(CLI::IsMember({"light", "dark", "contrast"}));
    line.add_option("--keys", options.keys,
                    "Letters and digits to type before the picture, as in jj4")
        ->check([](const std::string& keys) {
            return std::ranges::all_of(
                       keys,
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); })
                       ? std::string{}
                       : std::string("letters from a to z and digits only");
        });
    CLI11_PARSE(line, argc, argv);

    if (!glfwInit()) {
        std::fprintf(stderr, "telltale-desktop: there is no display\n");
        return 1;
    }
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    GLFWwindow* window =
        glfwCreateWindow(options.width, options.height, "Telltale", nullptr, nullptr);
    if (window == nullptr) {
        std::fprintf(stderr, "telltale-desktop: no window could be opened; it needs OpenGL 3.2\n");
        glfwTerminate();
        return 1;
    }
    glfwMakeContextCurrent(window);
    glfwSwapInterval(1);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;

    DesktopEngine* engine = nullptr;
    App app(telltale::window::Send(
        [&engine](std::string command) { engine->command(std::move(command)); }));
    DesktopEngine twin(app);
    engine = &twin;
    glfwSetWindowUserPointer(window, engine);
    glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** names) {
        static_cast<DesktopEngine*>(glfwGetWindowUserPointer(w))->open({names, names + count});
    });
    ImGui_ImplGlfw_InitForOpenGL(window, true);
    ImGui_ImplOpenGL3_Init("#version 150");
    app.set_pixel_ratio(1);
    app.message(telltale::messages::text(telltale::messages::UseTheme{.name = options.theme}));
    if (!options.files.empty()) twin.open({options.files.begin(), options.files.end()});

    const int status =
        options.screenshot.empty() ? run(window, app, twin) : picture(window, app, twin, options);
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
    glfwTerminate();
    return status;
}
