// Draws Dear ImGui's triangles with WebGL 2. The backend that comes with Dear ImGui asks the
// graphics processor for its state before every frame, and in a browser each such question waits
// until all that was drawn before is done; this one owns its context and asks nothing.
#pragma once

#include <imgui.h>

namespace telltale::window {

class WebGlRenderer {
public:
    /// Shaders and buffers; false if the context gives none. Again where a context that was lost is
    /// there again; upload_fonts() follows.
    [[nodiscard]] bool start();
    /// The characters of Dear ImGui's fonts as a texture, in place of the one before.
    void upload_fonts();
    void draw(const ImDrawData& data) const;

private:
    unsigned program_ = 0, vertices_ = 0, indices_ = 0, layout_ = 0, fonts_ = 0;
    int projection_ = -1;
};

}  // namespace telltale::window
