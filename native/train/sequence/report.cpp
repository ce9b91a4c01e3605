#include "train/sequence/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "data/mitdb.hpp"
#include "train/loop/environment.hpp"
#include "train/report/html_parts.hpp"
#include "train/sequence/patient.hpp"

namespace telltale::train {

namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> class_names = sequence_class_names();
constexpr std::size_t samples_a_class = 4;
constexpr std::size_t misnamed_a_class = 8;
constexpr double seconds_drawn = 1.2;  // on either side of the beat

/// What roc() wants to know of the beats held out.
struct Labels {
    std::vector<std::uint8_t> labels;
    std::vector<std::size_t> rows;
    explicit Labels(const HeldOut& held_out) {
        for (const HeldBeat& b : held_out.beats) labels.push_back(b.label);
        rows.resize(labels.size());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
    }
};

/// A dash where there is no figure.
std::string percent(std::optional<double> share) {
    return share ? std::format("{:.2f} %", 100 * *share) : "-";
}

std::string counts_table(const SequenceReport& r) {
    std::vector<std::string> heads = {"fold", "records", "beats"};
    heads.insert(heads.end(), class_names.begin(), class_names.end());
    Table table("Beats of each fold; no patient is in two", heads);
    std::vector<std::size_t> all(class_names.size());
    const auto add = [&](const std::string& name, const std::string& records,
                         const std::vector<std::size_t>& counts) {
        const std::size_t total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
        std::vector<std::string> cells = {name, records, std::format("{}", total)};
        for (const std::size_t n : counts) {
            const double share =
                total == 0 ? 0 : static_cast<double>(n) / static_cast<double>(total);
            cells.push_back(std::format("{} ({})", n, percent(share)));
        }
        table.row(cells);
    };
    for (std::size_t f = 0; f < r.recipe.folds.size(); ++f) {
        std::vector<std::size_t> counts(class_names.size());
        std::string records;
        for (const std::string& record : r.recipe.folds[f]) {
            records += (records.empty() ? "" : " ") + record;
            const auto found = r.held_out.by_record.find(record);
            if (found == r.held_out.by_record.end()) continue;
            for (std::size_t c = 0; c < counts.size(); ++c) counts[c] += found->second.support(c);
        }
        for (std::size_t c = 0; c < counts.size(); ++c) all[c] += counts[c];
        add(std::format("{}", f + 1), records, counts);
    }
    add("all", "", all);
    return table.html();
}

/// The loss of every network, by step.
std::string loss_curves(std::string_view lines) {
    std::vector<Curve> curves;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const Json line = Json::parse(lines.substr(0, end), nullptr, false);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (!line.is_object() || !line.contains("stage") || !line["stage"].is_string() ||
            !line.contains("step") || !line["step"].is_number() || !line.contains("loss") ||
            !line["loss"].is_number()) {
            continue;
        }
        const auto stage = line["stage"].get<std::string>();
        if (curves.empty() || curves.back().name != stage) {
            curves.push_back({stage, {}, curves.size()});
        }
        curves.back().points.emplace_back(line["step"].get<double>(), line["loss"].get<double>());
    }
    return plot("Loss by step, each network", curves, 0, 0);
}

std::string records_table(const HeldOut& held_out) {
    Table table("Record by record", {"record", "beats", "accuracy", "S beats", "S recall",
                                     "S precision", "V beats", "V recall", "V precision"});
    for (const auto& [record, confusion] : held_out.by_record) {
        std::vector<std::string> cells = {record, std::format("{}", confusion.beats()),
                                          percent(confusion.accuracy())};
        for (const std::size_t c : {std::size_t{label_s}, std::size_t{label_v}}) {
            cells.push_back(std::format("{}", confusion.support(c)));
            cells.push_back(percent(confusion.sensitivity(c)));
            cells.push_back(percent(confusion.predictive_value(c)));
        }
        table.row(cells);
    }
    return table.html();
}

std::string kinds_table(const HeldOut& held_out) {
    if (held_out.by_kind.empty()) return "";
    Table table("Synthetic patients", {"kind", "beats", "accuracy", "F1 N", "F1 S", "F1 V"});
    for (const auto& [kind, confusion] : held_out.by_kind) {
        std::vector<std::string> cells = {std::string(name_of(kind)),
                                          std::format("{}", confusion.beats()),
                                          percent(confusion.accuracy())};
        for (std::size_t c = 0; c < 3; ++c) {
            const auto f1 = confusion.f1(c);
            cells.push_back(f1 ? std::format("{:.4f}", *f1) : "-");
        }
        table.row(cells);
    }
    return table.html();
}

/// Draws beats, and reads each record once.
class Drawer {
public:
    explicit Drawer(const std::filesystem::path& data) {
        if (data.empty()) return;
        folder_ = data;
    }

    /// Nothing where the record cannot be read, or is not the one that was learnt from.
    std::string draw(const HeldBeat& beat, bool named) {
        const Patient* patient = find(beat.record);
        if (patient == nullptr || beat.index >= patient->beats.size()) return "";
        const PatientBeat& at = patient->beats[beat.index];
        if (at.label != beat.label) return "";
        const std::vector<float>& lead = patient->leads[0];
        const auto reach = static_cast<std::int64_t>(seconds_drawn * patient->sampling_rate);
        const std::int64_t first = std::max<std::int64_t>(0, at.sample - reach);
        const std::int64_t last =
            std::min(static_cast<std::int64_t>(lead.size()), at.sample + reach);
        if (first >= last) return "";
        std::string caption = class_names[beat.label];
        if (named)
            caption +=
                std::format(" called {} ({:.3f})", class_names[beat.given], beat.probability);
        return beat_picture(std::span(lead).subspan(static_cast<std::size_t>(first),
                                                    static_cast<std::size_t>(last - first)),
                            caption + std::format(", record {}, sample {}", beat.record, at.sample),
                            static_cast<std::size_t>(at.sample - first));
    }

private:
    const Patient* find(const std::string& record) {
        if (folder_.empty()) return nullptr;
        const auto [at, fresh] = patients_.try_emplace(record);
        if (fresh) {
            if (auto read = read_patient(folder_, record)) at->second = std::move(*read);
        }
        return at->second ? &*at->second : nullptr;
    }

    std::filesystem::path folder_;
    std::map<std::string, std::optional<Patient>> patients_;
};

/// Some beats of each class, spread over the records that have any.
std::string sample_beats(const HeldOut& held_out, Drawer& drawer) {
    std::string out;
    for (std::size_t c = 0; c < class_names.size(); ++c) {
        std::vector<const HeldBeat*> beats;
        for (const HeldBeat& b : held_out.beats) {
            if (b.label == c) beats.push_back(&b);
        }
        const std::size_t shown = std::min(samples_a_class, beats.size());
        for (std::size_t i = 0; i < shown; ++i) {
            out += drawer.draw(*beats[(2 * i + 1) * beats.size() / (2 * shown)], false);
        }
    }
    return out;
}

/// Of each class, the wrong answers that were surest; at most two a record, or one patient would
/// fill the page.
std::string misnamed_beats(const HeldOut& held_out, Drawer& drawer) {
    std::string out;
    for (std::size_t c = 0; c < class_names.size(); ++c) {
        std::vector<const HeldBeat*> beats;
        for (const HeldBeat& b : held_out.beats) {
            if (b.label == c && b.given != c) beats.push_back(&b);
        }
        std::ranges::stable_sort(beats, [](const HeldBeat* a, const HeldBeat* b) {
            return a->probability > b->probability;
        });
        std::map<std::string, int> taken;
        std::size_t shown = 0;
        for (const HeldBeat* b : beats) {
            if (shown == misnamed_a_class) break;
            if (taken[b->record]++ >= 2) continue;
            out += drawer.draw(*b, true);
            ++shown;
        }
    }
    return out;
}

}  // namespace

nlohmann::ordered_json held_out_areas(const HeldOut& held_out) {
    const Labels known(held_out);
    Json areas = Json::object();
    for (std::size_t c = 0; c < sequence_classes; ++c) {
        const auto curve =
            roc(held_out.log_probabilities, known.labels, known.rows, c, sequence_classes);
        if (curve) areas[class_names[c]] = curve->area;
    }
    return areas;
}

double held_out_loss(const HeldOut& held_out) {
    double sum = 0;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < held_out.beats.size(); ++i) {
        const std::size_t label = held_out.beats[i].label;
        if (label >= sequence_classes) continue;
        sum -= held_out.log_probabilities[i * sequence_classes + label];
        ++counted;
    }
    return counted > 0 ? sum / static_cast<double>(counted) : 0;
}

std::string html(const SequenceReport& r) {
    const HeldOut& h = r.held_out;
    std::string out = page_start(r.recipe.name);
    out += std::format("<p>{}</p><p>{}</p>", escaped(r.recipe.title), escaped(r.recipe.protocol));
    out += std::format(
        "<p>Patients held out, each judged by networks that had not seen it: accuracy <b>{}</b> of "
        "{} beats, mean loss {:.4f}. Every figure on this page is of that kind.</p>",
        percent(h.real.accuracy()), h.real.beats(), held_out_loss(h));
    Drawer drawer(r.data);
    out += "<h2>Data</h2>" + counts_table(r) + "<div>" + sample_beats(h, drawer) + "</div>";
    out += "<h2>Learning</h2>" + loss_curves(r.lines);
    out += "<h2>Patients held out</h2>" + confusion_table(h.real, false) +
           confusion_table(h.real, true);
    const Labels known(h);
    out += class_scores(h.real, h.log_probabilities, known.labels, known.rows, sequence_classes);
    out += std::format(
        "<p>Probabilities are tempered by {:.3f}. Beats whose best one is below {:.3f} are marked "
        "doubtful: of these {} are right, of the others {}.</p>",
        h.temperature, h.doubt_below, percent(h.accuracy_doubtful), percent(h.accuracy_certain));
    out += records_table(h) + kinds_table(h);
    out += std::format(
        "<h2>Misnamed</h2><p>{} of {} beats. Of each class, those that the networks "
        "were surest of, at most two of a record; probabilities before tempering.</p>"
        "<div>{}</div>",
        std::ranges::count_if(h.beats, [](const HeldBeat& b) { return b.label != b.given; }),
        h.beats.size(), misnamed_beats(h, drawer));
    double seconds = 0;
    if (r.summary.contains("training_seconds") && r.summary["training_seconds"].is_number()) {
        seconds = r.summary["training_seconds"].get<double>();
    }
    out += std::format(
        "<h2>Recipe and environment</h2><p>All networks together learnt for {:.0f} s. {}</p>"
        "<pre>{}</pre>",
        seconds, escaped(environment_line(r.summary)), escaped(r.recipe.text));
    return out + std::string(page_end);
}

}  // namespace telltale::train
