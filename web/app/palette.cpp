#include "palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <span>
#include <utility>

#include "app.hpp"
#include "messages/stretches.hpp"

namespace telltale::window {
namespace {

using Commands = std::vector<NamedCommand>;

void file_commands(Commands& list, const Session& s) {
    list.push_back(
        {"open", "Open files", "O", true, [](App& app) { app.send(messages::ChooseFiles{}); }});
    for (std::size_t i = 0; i < s.sample_names.size(); ++i)
        list.push_back({std::format("sample:{}", i), "Open sample: " + s.sample_names[i], "", true,
                        [i](App& app) { app.send(messages::OpenSample{.index = i}); }});
    list.push_back({"recordings", "Open another recording of these files", "",
                    s.recording_names.size() > 1,
                    [](App& app) { app.send(messages::ChooseRecording{}); }});
    list.push_back({"cancel", "Cancel what is running", "Esc", !s.progress.stage.empty(),
                    [](App& app) { app.send(messages::Cancel{}); }});
    struct Export {
        const char *kind, *title, *keys;
        bool enabled;
    };
    const bool any = s.beats.size() > 0;
    const std::array<Export, 9> exports = {{
        {"csv", "Export beats as CSV", "E", any},
        {"atr", "Export beats as WFDB annotations (.atr)", "", any},
        {"json", "Export summary and beats as JSON", "", any},
        {"waves", "Export P, QRS and T as WFDB annotations (.waves)", "",
         !s.findings.waves.empty()},
        {"waves_csv", "Export P, QRS and T as CSV", "", !s.findings.waves.empty()},
        {"html", "Export a report to print (HTML)", "", s.findings.rhythm.has_value()},
        {"edf_beats", "Export the recording with these beats as EDF+", "", any},
        {"png", "Save a picture of what is shown (PNG)", "", s.recording.has_value()},
        {"session", "Save the review as a session file", "", any},
    }};
    for (const Export& e : exports)
        list.push_back({std::string("export:") + e.kind, e.title, e.keys, e.enabled,
                        [kind = std::string_view(e.kind)](App& app) {
                            kind == "html" ? app.export_report()
                                           : app.send(messages::Export{.kind = kind, .strips = {}});
                        }});
}

void beat_commands(Commands& list, const App& app) {
    const Session& s = app.session;
    const bool any = s.beats.size() > 0;
    const bool selected = app.view.selected && *app.view.selected < s.beats.size();
    const auto step = [&](const char* name, const char* title, const char* keys, int direction,
                          bool notable) {
        list.push_back({name, title, keys, any, [direction, notable](App& a) {
                            if (notable && !a.view.steps.empty())
                                a.step(direction);
                            else
                                a.select_next(direction, notable);
                        }});
    };
    step("beat:next", "Next beat", "→", 1, false);
    step("beat:previous", "Previous beat", "←", -1, false);
    step("review:next", "Next to review: of what was picked, else not normal", "J", 1, true);
    step("review:previous", "Previous to review", "K", -1, true);
    list.push_back({"steps:stop", "Stop stepping through what was picked", "Esc",
                    !app.view.steps.empty(), [](App& a) { a.stop_stepping(); }});
    if (s.model)
        for (const std::string& name : s.model->labels)
            list.push_back({"call:" + name, std::format("Call the selected beat {}", name), name,
                            selected, [name](App& a) { a.call(name); }});
    list.push_back({"review:start", "Review all beats, those that want a look first", "G",
                    any && s.model.has_value(), [](App& a) { a.start_review(); }});
    list.push_back(
        {"ask", app.view.asking ? "Stop asking me" : "Ask me: the other beats follow my answers",
         "I", any && s.model.has_value(), [](App& a) { a.ask_on_off(); }});
    list.push_back({"ask:pass", "Pass this question", "Space", app.asked_beat().has_value(),
                    [](App& a) { a.pass_question(); }});
    list.push_back({"review:confirm", "The selected beat's class is right: confirm it", "Enter",
                    selected, [](App& a) { a.confirm(); }});
    list.push_back({"note:beat", "Write a note on the selected beat", "W", selected,
                    [](App& a) { a.write_note(true); }});
    list.push_back({"note:recording", "Write a note on the recording", "", any,
                    [](App& a) { a.write_note(false); }});
    list.push_back({"explain", "Why this class: what of the selected beat speaks for it", "X",
                    selected && s.model, [](App& a) { a.explain(); }});
    const bool extremes = s.findings.rhythm && !s.findings.rhythm->extremes.empty();
    list.push_back({"extremes", "Step through the extremes: slowest, fastest, longest", "Y",
                    extremes, [](App& a) { a.step_extremes(); }});
    list.push_back({"extremes:report", "Put strips of the extremes into the report", "", extremes,
                    [](App& a) { a.extremes_into_report(); }});
    list.push_back({"strip",
                    selected && app.has_strip(s.beats.sample[*app.view.selected])
                        ? "Take the selected beat's strip out of the report"
                        : "Put a strip of the selected beat into the report",
                    "R", selected,
                    [](App& a) { a.toggle_strip(a.session.beats.sample[*a.view.selected]); }});
    list.push_back({"beat:add", "Add a beat in the middle of the view", "A",
                    s.recording.has_value() && s.model.has_value(), [](App& a) {
                        a.add_beat(a.view.viewport.sample_at(a.view.viewport.width / 2));
                    }});
    list.push_back({"beat:remove", "Remove the selected beat", "Delete", selected, [](App& a) {
                        const std::size_t beat = *a.view.selected;
                        a.remove_beats(std::span(&beat, 1));
                    }});
    const auto move = [&](const char* name, const char* title, const char* keys, int direction) {
        list.push_back({name, title, keys, selected, [direction](App& a) {
                            a.move_beat(*a.view.selected, direction * a.small_step());
                        }});
    };
    move("beat:later", "Move the selected beat later", "Alt+→", 1);
    move("beat:earlier", "Move the selected beat earlier", "Alt+←", -1);
    list.push_back({"undo", s.edits.undo.empty() ? "Undo" : "Undo: " + s.edits.undo, "Ctrl+Z",
                    !s.edits.undo.empty(), [](App& a) { a.undo(); }});
    list.push_back({"redo", s.edits.redo.empty() ? "Redo" : "Redo: " + s.edits.redo, "Ctrl+Y",
                    !s.edits.redo.empty(), [](App& a) { a.redo(); }});
}

void view_commands(Commands& list, const App& app) {
    const bool open = app.session.recording.has_value();
    static constexpr std::array<std::pair<const char*, const char*>, tab_count> tabs = {{
        {"summary", "Show the summary"},
        {"beat", "Show the selected beat"},
        {"events", "Show the events"},
        {"variability", "Show heart rate variability"},
        {"intervals", "Show the intervals: PR, QRS, QT, ST"},
        {"clusters", "Show the clusters of beat shapes"},
        {"compare", "Compare with the reference"},
        {"model", "Show the model's card"},
    }};
    for (std::size_t i = 0; i < tab_count; ++i) {
        const Tab tab = static_cast<Tab>(i);
        list.push_back({std::string("tab:") + tabs[i].first, tabs[i].second,
                        std::format("{}", i + 1), open && app.tab_offered(tab),
                        [tab](App& a) { a.use_tab(tab); }});
    }
    list.push_back({"waves",
                    app.view.waves ? "Take the marks of P, QRS and T off the strip"
                                   : "Mark P, QRS and T on the strip",
                    "P", open && !app.session.findings.waves.empty(),
                    [](App& a) { a.view.waves = !a.view.waves; }});
    const bool sheets = open && has_sheet(app.session.recording->leads);
    for (const SheetLayout layout : sheet_layouts)
        list.push_back({std::format("sheet:{}", name(layout)),
                        std::format("Twelve leads on a sheet: {}", title(layout)),
                        layout == SheetLayout::three_by_four ? "H" : "", sheets,
                        [layout](App& a) { a.show_sheet(layout); }});
    list.push_back({"disclosure",
                    app.view.disclosure ? "Back from full disclosure to the strip"
                                        : "Full disclosure: the whole record as strips",
                    "D", open, [](App& a) { a.view.disclosure = !a.view.disclosure; }});
    for (const double speed : {25.0, 50.0})
        list.push_back(
            {std::format("speed:{}", speed), std::format("Paper speed {} mm/s", speed), "", open,
             [speed](App& a) { a.view.viewport.set_speed(speed, a.view.viewport.width / 2); }});
    list.push_back({"speed:all", "The whole recording in view", "", open,
                    [](App& a) { a.view.viewport.set_speed(a.view.viewport.lowest_speed(), 0); }});
    for (const double gain : {5.0, 10.0, 20.0})
        list.push_back({std::format("gain:{}", gain), std::format("Amplitude {} mm/mV", gain), "",
                        open, [gain](App& a) { a.view.viewport.mm_per_mv = gain; }});
    const auto zoom = [&](const char* name, const char* title, const char* keys, double factor) {
        list.push_back({name, title, keys, open, [factor](App& a) {
                            a.view.viewport.zoom(factor, a.view.viewport.width / 2);
                        }});
    };
    zoom("zoom:in", "Zoom in: faster paper", "+", 1.25);
    zoom("zoom:out", "Zoom out: slower paper", "-", 1 / 1.25);
    list.push_back({"scale:usual", "Usual scale: 25 mm/s and 10 mm/mV", "0", open, [](App& a) {
                        a.view.viewport.set_speed(25, a.view.viewport.width / 2);
                        a.view.viewport.mm_per_mv = 10;
                    }});
    list.push_back({"gain:less", "Smaller amplitude", "[", open, [](App& a) { a.louder(-1); }});
    list.push_back({"gain:more", "Larger amplitude", "]", open, [](App& a) { a.louder(1); }});
    const auto page = [&](const char* name, const char* title, const char* keys, double pages) {
        list.push_back({name, title, keys, open, [pages](App& a) {
                            Viewport& v = a.view.viewport;
                            v.pan(pages * 0.9 * v.visible() / v.sampling_rate);
                        }});
    };
    page("page:next", "One page forward", "Page Down", 1);
    page("page:previous", "One page back", "Page Up", -1);
    const auto end = [&](const char* name, const char* title, const char* keys, bool last) {
        list.push_back({name, title, keys, open, [last](App& a) {
                            a.view.viewport.first = last ? a.view.viewport.length : 0;
                            a.view.viewport.keep_inside();
                        }});
    };
    end("go:start", "Go to the start", "Home", false);
    end("go:end", "Go to the end", "End", true);
    if (open && app.session.recording->leads.size() > 1) {
        list.push_back({"leads:all", "Show all leads", "", true, [](App& a) {
                            a.view.shown_leads.assign(a.view.shown_leads.size(), true);
                        }});
        for (std::size_t i = 0; i < app.session.recording->leads.size(); ++i)
            list.push_back({std::format("leads:{}", i),
                            "Show only lead " + app.session.recording->leads[i].name, "", true,
                            [i](App& a) {
                                a.view.shown_leads.assign(a.view.shown_leads.size(), false);
                                a.view.shown_leads[i] = true;
                            }});
    }
}

void measure_commands(Commands& list, const App& app) {
    const MeasureView& m = app.view.measure;
    const bool placed = m.on && m.calipers;
    list.push_back({"measure", m.on ? "Stop measuring" : "Measure with calipers", "M",
                    app.session.recording.has_value(), [](App& a) { a.measure_on_off(); }});
    list.push_back({"measure:snap",
                    m.snap ? "Calipers: do not snap to peaks" : "Calipers: snap to peaks", "", m.on,
                    [](App& a) { a.view.measure.snap = !a.view.measure.snap; }});
    list.push_back({"measure:march",
                    m.march ? "Calipers: stop marching" : "Calipers: march across the strip", "",
                    m.on, [](App& a) { a.view.measure.march = !a.view.measure.march; }});
    list.push_back({"measure:copy", "Copy what was measured", "Ctrl+C", placed,
                    [](App& a) { a.copy_measured(); }});
}

void mark_commands(Commands& list, const App& app) {
    const MarkView& m = app.view.mark;
    list.push_back({"mark", m.on ? "Leave the stretch as it is" : "Call a stretch something", "L",
                    app.session.recording.has_value(), [](App& a) { a.mark_on_off(); }});
    for (std::size_t i = 0; i < messages::stretch_names.size(); ++i) {
        const messages::StretchName& name = messages::stretch_names[i];
        list.push_back(
            {std::format("stretch:{}", name.name),
             name.name == "note" ? std::string("Write a note on the stretch in hand")
                                 : std::format("Call the stretch in hand {}", name.words),
             name.name == "note" ? std::string("W")
             : i < 10            ? std::format("{}", (i + 1) % 10)
                                 : std::string(),
             m.stretch.has_value(), [called = name.name](App& a) { a.call_stretch(called); }});
    }
    list.push_back({"stretch:clear", "Take away what was said of the stretch in hand", "Delete",
                    m.stretch.has_value(), [](App& a) { a.call_stretch(""); }});
}

void engine_commands(Commands& list, const Session& s) {
    for (const std::string& name : s.model_names)
        list.push_back({"second:" + name, "Compare with the model " + name, "",
                        s.recording && s.beats.size() > 0 && name != s.current_model,
                        [name](App& a) {
                            a.send(messages::AskSecond{.name = name});
                            a.use_tab(Tab::compare);
                        }});
    for (const std::string& name : s.model_names)
        list.push_back({"model:" + name, "Use the model " + name, "", name != s.current_model,
                        [name](App& a) { a.send(messages::UseModel{.name = name}); }});
    if (s.recording && s.model && s.recording->leads.size() > 1)
        for (std::size_t i = 0; i < s.recording->leads.size(); ++i)
            list.push_back({std::format("classify:{}", i),
                            "Classify lead " + s.recording->leads[i].name, "", i != s.model->lead,
                            [name = s.recording->leads[i].name](App& a) {
                                a.send(messages::UseLead{.name = name});
                            }});
    const auto provider = [&](const std::string& choice, const std::string& title) {
        list.push_back({"provider:" + choice, "Run on " + title, "", s.provider.choice != choice,
                        [choice](App& a) {
                            a.send(messages::UseProvider{.choice = std::string_view(choice)});
                        }});
    };
    if (!s.provider.available.empty()) provider("auto", "whichever is faster (automatic)");
    for (const std::string& name : s.provider.available)
        provider(name, name == "webgpu" ? "WebGPU" : name == "wasm" ? "WebAssembly" : name);
}

}  // namespace

std::vector<NamedCommand> named_commands(const App& app) {
    Commands list;
    file_commands(list, app.session);
    beat_commands(list, app);
    measure_commands(list, app);
    mark_commands(list, app);
    view_commands(list, app);
    engine_commands(list, app.session);
    for (const ThemeName name : {ThemeName::light, ThemeName::dark, ThemeName::contrast})
        list.push_back(
            {std::format("theme:{}", name_of(name)),
             std::format("Look: {}", name == ThemeName::contrast ? "high contrast" : name_of(name)),
             "T", app.theme().name != name, [name](App& a) { a.use_theme(name); }});
    list.push_back({"help", "Show or hide the keys", "?", true,
                    [](App& a) { a.view.show_help = !a.view.show_help; }});
    return list;
}

bool run_command(App& app, std::string_view name) {
    const Commands list = named_commands(app);
    const auto found = std::ranges::find(list, name, &NamedCommand::name);
    if (found == list.end() || !found->enabled) return false;
    found->run(app);
    return true;
}

}  // namespace telltale::window
