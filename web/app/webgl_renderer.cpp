#include "webgl_renderer.hpp"

#include <GLES3/gl3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace telltale::window {
namespace {

constexpr const char* vertex_shader = R"(#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 texel;
layout(location = 2) in vec4 colour;
uniform vec4 projection;  // scale, offset
out vec2 at;
out vec4 tint;
void main() {
    at = texel;
    tint = colour;
    gl_Position = vec4(position * projection.xy + projection.zw, 0.0, 1.0);
})";

constexpr const char* fragment_shader = R"(#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 at;
in vec4 tint;
out vec4 result;
void main() { result = tint * texture(picture, at); })";

GLuint compile(GLenum kind, const char* source) {
    const GLuint shader = glCreateShader(kind);
    glShaderSource(shader, 1, &source, nullptr);
    glCompileShader(shader);
    return shader;
}

// The texture's name as Dear ImGui carries it.
ImTextureID as_id(GLuint texture) {
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture));
}

GLuint as_texture(ImTextureID id) {
    return static_cast<GLuint>(reinterpret_cast<std::uintptr_t>(id));
}

}  // namespace

bool WebGlRenderer::start() {
    fonts_ = 0;  // of a context that is lost
    program_ = glCreateProgram();
    glAttachShader(program_, compile(GL_VERTEX_SHADER, vertex_shader));
    glAttachShader(program_, compile(GL_FRAGMENT_SHADER, fragment_shader));
    glLinkProgram(program_);
    GLint linked = 0;
    glGetProgramiv(program_, GL_LINK_STATUS, &linked);
    if (!linked) return false;
    projection_ = glGetUniformLocation(program_, "projection");

    glGenVertexArrays(1, &layout_);
    glBindVertexArray(layout_);
    glGenBuffers(1, &vertices_);
    glGenBuffers(1, &indices_);
    glBindBuffer(GL_ARRAY_BUFFER, vertices_);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices_);
    const auto field = [](GLuint place, GLint size, GLenum type, GLboolean normalised,
                          std::size_t offset) {
        glEnableVertexAttribArray(place);
        glVertexAttribPointer(place, size, type, normalised, sizeof(ImDrawVert),
                              reinterpret_cast<const void*>(offset));
    };
    field(0, 2, GL_FLOAT, GL_FALSE, offsetof(ImDrawVert, pos));
    field(1, 2, GL_FLOAT, GL_FALSE, offsetof(ImDrawVert, uv));
    field(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(ImDrawVert, col));

    glUseProgram(program_);
    glEnable(GL_BLEND);
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    glEnable(GL_SCISSOR_TEST);
    glClearColor(0, 0, 0, 1);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    ImGui::GetIO().BackendRendererName = "telltale_webgl";
    return true;
}

void WebGlRenderer::upload_fonts() {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    if (fonts_ != 0) glDeleteTextures(1, &fonts_);
    glGenTextures(1, &fonts_);
    glBindTexture(GL_TEXTURE_2D, fonts_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
    ImGui::GetIO().Fonts->SetTexID(as_id(fonts_));
}

void WebGlRenderer::draw(const ImDrawData& data) const {
    const ImVec2 ratio = data.FramebufferScale, size = data.DisplaySize;
    const auto width = static_cast<int>(size.x * ratio.x + 0.5F);
    const auto height = static_cast<int>(size.y * ratio.y + 0.5F);
    if (width <= 0 || height <= 0) return;
    glViewport(0, 0, width, height);
    glScissor(0, 0, width, height);
    glClear(GL_COLOR_BUFFER_BIT);
    glUniform4f(projection_, 2 / size.x, -2 / size.y, -1 - 2 * data.DisplayPos.x / size.x,
                1 + 2 * data.DisplayPos.y / size.y);
    GLuint bound = 0;
    for (const ImDrawList* list : data.CmdLists) {
        glBufferData(GL_ARRAY_BUFFER, list->VtxBuffer.size_in_bytes(), list->VtxBuffer.Data,
                     GL_STREAM_DRAW);
        glBufferData(GL_ELEMENT_ARRAY_BUFFER, list->IdxBuffer.size_in_bytes(), list->IdxBuffer.Data,
                     GL_STREAM_DRAW);
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const ImVec4& clip = command.ClipRect;
            const auto px = [](float at, float origin, float scale) {
                return static_cast<int>((at - origin) * scale);
            };
            const int left = std::max(0, px(clip.x, data.DisplayPos.x, ratio.x));
            const int top = std::max(0, px(clip.y, data.DisplayPos.y, ratio.y));
            const int right = std::min(width, px(clip.z, data.DisplayPos.x, ratio.x));
            const int bottom = std::min(height, px(clip.w, data.DisplayPos.y, ratio.y));
            if (right <= left || bottom <= top || command.ElemCount == 0) continue;
            glScissor(left, height - bottom, right - left, bottom - top);
            if (const GLuint texture = as_texture(command.GetTexID()); texture != bound) {
                glBindTexture(GL_TEXTURE_2D, texture);
                bound = texture;
            }
            static_assert(sizeof(ImDrawIdx) == 4);
            glDrawElements(GL_TRIANGLES, static_cast<GLsizei>(command.ElemCount), GL_UNSIGNED_INT,
                           reinterpret_cast<const void*>(
                               static_cast<std::uintptr_t>(command.IdxOffset * sizeof(ImDrawIdx))));
        }
    }
}

}  // namespace telltale::window
