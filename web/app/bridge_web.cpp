// The window in the page: the C functions of web/README.md, pointer events, and frames only while
// something has changed.
#include <emscripten/emscripten.h>
#include <emscripten/html5.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#define GLFW_INCLUDE_ES3
#include <GLFW/glfw3.h>

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_internal.h>

#include "app.hpp"
#include "webgl_renderer.hpp"

using namespace telltale::window;
namespace messages = telltale::messages;

// clang-format off
EM_JS(void, send_command, (const char* json), {
    if (Module['onCommand']) Module['onCommand'](UTF8ToString(json));
});

EM_JS(void, schedule_frame, (), {
    if (Module.frameAsked) return;
    Module.frameAsked = true;
    requestAnimationFrame(() => { Module.frameAsked = false; _telltale_frame(); });
});

EM_JS(double, css_width, (), { return Module['canvas'].clientWidth; });
EM_JS(double, css_height, (), { return Module['canvas'].clientHeight; });
EM_JS(double, pixel_ratio, (), { return Math.max(1, window.devicePixelRatio || 1); });
EM_JS(void, size_canvas, (int width, int height), {
    var canvas = Module['canvas'];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
});

// Mouse, pen and fingers come as pointer events in CSS px: GLFW's own would be in device px, and
// knows no touch. Two fingers pan and zoom.
EM_JS(void, listen_to_pointer, (), {
    var canvas = Module['canvas'];
    var touches = new Map();
    var at = function(e) { var r = canvas.getBoundingClientRect(); return [e.clientX - r.left, e.clientY - r.top]; };
    var spread = function() {
        var p = Array.from(touches.values());
        return { x: (p[0][0] + p[1][0]) / 2, y: (p[0][1] + p[1][1]) / 2,
                 d: Math.max(20, Math.hypot(p[0][0] - p[1][0], p[0][1] - p[1][1])) };
    };
    var last = null;
    canvas.addEventListener('pointerdown', function(e) {
        canvas.focus({ preventScroll: true });
        canvas.setPointerCapture(e.pointerId);
        var p = at(e);
        if (e.pointerType === 'touch') {
            touches.set(e.pointerId, p);
            if (touches.size === 2) { _telltale_pointer(3, p[0], p[1], 0, 1); last = spread(); return; }
            if (touches.size > 2) return;
        }
        _telltale_pointer(1, p[0], p[1], e.button, e.pointerType === 'touch' ? 1 : 0);
        e.preventDefault();
    });
    canvas.addEventListener('pointermove', function(e) {
        var p = at(e);
        if (e.pointerType === 'touch') {
            if (touches.has(e.pointerId)) touches.set(e.pointerId, p);
            if (touches.size >= 2) {
                if (last && touches.size === 2) {
                    var now = spread();
                    _telltale_pinch(now.x, now.y, now.d / last.d, now.x - last.x);
                    last = now;
                }
                return;
            }
        }
        _telltale_pointer(0, p[0], p[1], 0, e.pointerType === 'touch' ? 1 : 0);
    });
    var up = function(e) {
        var p = at(e);
        var several = touches.size >= 2;
        touches.delete(e.pointerId);
        last = null;
        if (several) return;
        _telltale_pointer(e.type === 'pointercancel' ? 3 : 2, p[0], p[1], Math.max(0, e.button), e.pointerType === 'touch' ? 1 : 0);
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('pointerleave', function(e) { if (e.pointerType !== 'touch') _telltale_pointer(4, 0, 0, 0, 0); });
    canvas.addEventListener('wheel', function(e) {
        e.preventDefault();
        var unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
        // A trackpad's pinch comes as a wheel with Ctrl.
        if (e.ctrlKey) { var p = at(e); _telltale_pinch(p[0], p[1], Math.exp(-e.deltaY * unit * 0.01), 0); }
        else _telltale_wheel(-e.deltaX * unit / 100, -e.deltaY * unit / 100);
    }, { passive: false });
    canvas.addEventListener('contextmenu', function(e) { e.preventDefault(); });
    new ResizeObserver(function() { _telltale_wake(); }).observe(canvas);
    window.addEventListener('resize', function() { _telltale_wake(); });
    document.addEventListener('visibilitychange', function() { _telltale_wake(); });
});

// The browser may take the graphics away (a driver that crashed, too many pages that draw), and
// gives them back only to who said that it waits for them.
EM_JS(void, listen_to_context, (), {
    var canvas = Module['canvas'];
    canvas.addEventListener('webglcontextlost', function(e) { e.preventDefault(); _telltale_context(0); });
    canvas.addEventListener('webglcontextrestored', function() { _telltale_context(1); });
});

// GLFW listens to keys of the whole page and to the pointer in device px. The pointer is ours, and
// keys count only where the person is in the window: Tab and other fields are the browser's.
EM_JS(void, narrow_glfw, (), {
    var canvas = Module['canvas'];
    [['touchmove', GLFW.onMousemove], ['touchstart', GLFW.onMouseButtonDown],
     ['touchcancel', GLFW.onMouseButtonUp], ['touchend', GLFW.onMouseButtonUp],
     ['mousemove', GLFW.onMousemove], ['mousedown', GLFW.onMouseButtonDown],
     ['mouseup', GLFW.onMouseButtonUp], ['wheel', GLFW.onMouseWheel],
     ['mousewheel', GLFW.onMouseWheel], ['mouseenter', GLFW.onMouseenter],
     ['mouseleave', GLFW.onMouseleave]].forEach(function(l) { canvas.removeEventListener(l[0], l[1], true); });
    [['keydown', GLFW.onKeydown], ['keypress', GLFW.onKeyPress], ['keyup', GLFW.onKeyup]].forEach(function(l) {
        window.removeEventListener(l[0], l[1], true);
        window.addEventListener(l[0], function(e) {
            // A key let go elsewhere (over a dialog) is let go here too.
            if (e.key !== 'Tab' && (l[0] === 'keyup' || e.target === canvas || e.target === document.body)) l[1](e);
        }, true);
    });
});
// clang-format on

namespace {

// Dear ImGui needs some frames after an event to come to rest (hover, focus, popups).
constexpr int frames_to_settle = 3;

GLFWwindow* glfw_window = nullptr;
std::unique_ptr<App> app;
WebGlRenderer renderer;
int frames_wanted = 0;
float ratio = 0;
bool context_lost = false;

void wake() {
    frames_wanted = frames_to_settle;
    schedule_frame();
}

// Fonts are drawn for the device's pixels; again when the page moves to another screen or zooms.
void follow_pixel_ratio() {
    const auto now = static_cast<float>(pixel_ratio());
    if (now == ratio) return;
    ratio = now;
    app->set_pixel_ratio(ratio);
    renderer.upload_fonts();
}

void add_source(ImGuiIO& io, int touch) {
    io.AddMouseSourceEvent(touch ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
    app->set_touch(touch != 0);
}

template <class T>
std::vector<T> copy(const T* data, int count) {
    return data && count > 0 ? std::vector<T>(data, data + count) : std::vector<T>();
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void telltale_wake() {
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_frame() {
    if (!app || context_lost) return;
    const double width = css_width(), height = css_height();
    if (width < 1 || height < 1) return;
    follow_pixel_ratio();
    const int pixel_width = static_cast<int>(width * static_cast<double>(ratio) + 0.5);
    const int pixel_height = static_cast<int>(height * static_cast<double>(ratio) + 0.5);
    size_canvas(pixel_width, pixel_height);

    ImGui_ImplGlfw_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.DisplayFramebufferScale = {ratio, ratio};
    ImGui::NewFrame();
    // Dear ImGui takes a quick click apart and hears its parts in frames of their own: those to
    // settle come after the last part.
    if (!ImGui::GetCurrentContext()->InputEventsQueue.empty()) frames_wanted = frames_to_settle + 1;
    app->frame();
    ImGui::Render();
    renderer.draw(*ImGui::GetDrawData());

    if (frames_wanted > 0) --frames_wanted;
    if (frames_wanted > 0 || app->animating()) schedule_frame();
}

/// The graphics are gone, or there again: then all that lies in them is made anew.
EMSCRIPTEN_KEEPALIVE void telltale_context(int there) {
    context_lost = there == 0;
    if (!context_lost) {
        context_lost = !renderer.start();
        if (!context_lost) renderer.upload_fonts();
    }
    send_command(messages::text(messages::Drawing{.on = !context_lost}).c_str());
    wake();
}

/// kind: 0 move, 1 down, 2 up, 3 cancel (up without a click), 4 leave. Position in CSS px.
EMSCRIPTEN_KEEPALIVE void telltale_pointer(int kind, double x, double y, int button, int touch) {
    if (!app) return;
    ImGuiIO& io = ImGui::GetIO();
    add_source(io, touch);
    const auto px = static_cast<float>(x), py = static_cast<float>(y);
    // The DOM counts left, middle, right; Dear ImGui left, right, middle.
    const int which = button == 1 ? 2 : button == 2 ? 1 : 0;
    switch (kind) {
        case 1:
            io.AddMousePosEvent(px, py);
            io.AddMouseButtonEvent(which, true);
            break;
        case 2:
            io.AddMousePosEvent(px, py);
            io.AddMouseButtonEvent(which, false);
            if (touch) io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
            break;
        case 3:
            io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
            io.AddMouseButtonEvent(0, false);
            break;
        case 4: io.AddMousePosEvent(-FLT_MAX, -FLT_MAX); break;
        default: io.AddMousePosEvent(px, py); break;
    }
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_wheel(double x, double y) {
    if (!app) return;
    ImGui::GetIO().AddMouseWheelEvent(static_cast<float>(x), static_cast<float>(y));
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_pinch(double x, double y, double scale, double dx) {
    if (!app) return;
    app->pinch(x, y, scale, dx);
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_event(const char* json) {
    app->message(json);
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_level(int lead, int samples_per_bin, const float* min_max,
                                         int bins) {
    if (lead < 0 || bins < 0) return;
    app->level(static_cast<std::size_t>(lead), samples_per_bin,
               std::span(min_max, static_cast<std::size_t>(bins) * 2));
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_samples(int lead, double first, const float* mv, int count) {
    if (lead < 0 || count < 0) return;
    app->samples(static_cast<std::size_t>(lead), static_cast<std::int64_t>(first),
                 std::span(mv, static_cast<std::size_t>(count)));
    wake();
}

EMSCRIPTEN_KEEPALIVE void telltale_beats(const double* sample, const unsigned char* label,
                                         const float* probabilities, const unsigned char* person,
                                         const unsigned char* doubtful, int beats, int classes) {
    Beats b;
    b.sample = copy(sample, beats);
    b.label = copy(reinterpret_cast<const std::uint8_t*>(label), beats);
    b.label.resize(b.sample.size(), not_classified);
    b.probabilities = copy(probabilities, beats * classes);
    b.classes = static_cast<std::size_t>(std::max(0, classes));
    b.person = copy(reinterpret_cast<const std::uint8_t*>(person), beats);
    b.doubtful = copy(reinterpret_cast<const std::uint8_t*>(doubtful), beats);
    app->beats(std::move(b));
    wake();
}

/// All members of a cluster over each other: [rows, columns] counts, low and high in mV, first and
/// last in seconds from the beats' marks.
EMSCRIPTEN_KEEPALIVE void telltale_cluster(int cluster, const float* counts, int columns, int rows,
                                           double low, double high, double first, double last) {
    if (cluster < 0 || columns < 0 || rows < 0) return;
    app->session.findings.set_density(
        static_cast<std::size_t>(cluster), static_cast<std::size_t>(columns),
        static_cast<std::size_t>(rows), static_cast<float>(low), static_cast<float>(high), first,
        last, copy(counts, columns * rows));
    wake();
}

/// What is shown, as JSON; good until the next call.
EMSCRIPTEN_KEEPALIVE const char* telltale_state() {
    static std::string json;
    json = app ? app->state_json() : "{}";
    return json.c_str();
}

EMSCRIPTEN_KEEPALIVE void telltale_reference(const double* sample, const unsigned char* aami,
                                             int beats) {
    Reference r;
    r.sample = copy(sample, beats);
    r.aami = copy(reinterpret_cast<const std::uint8_t*>(aami), beats);
    r.aami.resize(r.sample.size(), 4);
    app->reference(std::move(r));
    wake();
}

}  // extern "C"

int main() {
    glfwInit();
    narrow_glfw();
    listen_to_pointer();
    glfwWindowHint(GLFW_CLIENT_API, GLFW_OPENGL_ES_API);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    // What is not used costs time all the same, and the page need not shine through.
    for (const int hint : {GLFW_DEPTH_BITS, GLFW_STENCIL_BITS, GLFW_ALPHA_BITS})
        glfwWindowHint(hint, 0);
    const int width = static_cast<int>(css_width()), height = static_cast<int>(css_height());
    glfw_window =
        glfwCreateWindow(std::max(width, 1), std::max(height, 1), "Telltale", nullptr, nullptr);
    if (!glfw_window) return 1;
    glfwMakeContextCurrent(glfw_window);
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;

    // Keys through GLFW, as narrow_glfw() leaves them; the pointer through listen_to_pointer().
    ImGui_ImplGlfw_InitForOpenGL(glfw_window, false);
    ImGui_ImplGlfw_CursorEnterCallback(glfw_window, 1);
    // Dear ImGui listens to the wheel by itself too: it would turn twice.
    emscripten_set_wheel_callback(EMSCRIPTEN_EVENT_TARGET_DOCUMENT, nullptr, false, nullptr);
    glfwSetKeyCallback(glfw_window, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
        ImGui_ImplGlfw_KeyCallback(w, key, scancode, action, mods);
        wake();
    });
    glfwSetCharCallback(glfw_window, [](GLFWwindow* w, unsigned int c) {
        ImGui_ImplGlfw_CharCallback(w, c);
        wake();
    });
    if (!renderer.start()) return 1;
    listen_to_context();

    app = std::make_unique<App>(
        Send([](const std::string& command) { send_command(command.c_str()); }));
    wake();
    return 0;
}
