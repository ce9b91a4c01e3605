#include "report/html_strips.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>
#include <vector>

#include "report/xml_text.hpp"

namespace telltale::report {
namespace {

constexpr double letters_mm = 4, least_side_mm = 10, most_side_mm = 40;
constexpr std::size_t most_points = 2600;  // in a strip: finer than a printer's dots
constexpr double most_figure_mm = 215;     // high: what a page has room for

class Strip {
public:
    Strip(const Recording& recording, const Input& input) : recording_(recording), input_(input) {}

    std::string take() { return std::move(html_); }

    // Samples [first, last) of the leads one under the other; on as many figures as pages need.
    void figures(std::span<const Lead* const> leads, std::int64_t first, std::int64_t last,
                 const std::string& caption) {
        std::vector<Row> rows;
        double height = letters_mm;
        const auto flush = [&] {
            if (!rows.empty()) figure(rows, height, first, last, caption);
            rows.clear();
            height = letters_mm;
        };
        for (const Lead* lead : leads) {
            const Row row = row_of(*lead, stretch(*lead, first, last));
            if (height + row.height() > most_figure_mm) flush();
            height += row.height();
            rows.push_back(row);
        }
        flush();
    }

private:
    template <class... Values>
    void add(std::format_string<Values...> text, Values&&... values) {
        html_ += std::format(text, std::forward<Values>(values)...);
    }

    /// A lead's part of a strip: where its base line lies, and how high its paper is.
    struct Row {
        const Lead* lead;
        double base_mv = 0, above = least_side_mm, below = least_side_mm;  ///< mm

        [[nodiscard]] double height() const { return above + below; }
    };

    [[nodiscard]] static Row row_of(const Lead& lead, std::span<const float> samples) {
        Row row{.lead = &lead};
        std::vector<float> sorted;
        for (const float x : samples)
            if (std::isfinite(x)) sorted.push_back(x);
        if (sorted.empty()) return row;
        std::ranges::sort(sorted);
        // The middle of what is drawn lies on the base line. The paper is as high as the signal
        // asks for, in whole large squares.
        row.base_mv = static_cast<double>(sorted[sorted.size() / 2]);
        const auto side = [](double mv) {
            return std::clamp(std::ceil((mv * mm_per_mv + 1) / 5) * 5, least_side_mm, most_side_mm);
        };
        row.above = side(static_cast<double>(sorted.back()) - row.base_mv);
        row.below = side(row.base_mv - static_cast<double>(sorted.front()));
        return row;
    }

    [[nodiscard]] static std::span<const float> stretch(const Lead& lead, std::int64_t first,
                                                        std::int64_t last) {
        return std::span(lead.samples)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    }

    void figure(std::span<const Row> rows, double height, std::int64_t first, std::int64_t last,
                const std::string& caption) {
        const double rate = recording_.sampling_rate;
        add("<figure><svg width=\"{0}mm\" height=\"{1}mm\" viewBox=\"0 0 {0} {1}\">"
            "<g transform=\"translate(0 {2})\"><rect width=\"{0}\" height=\"{3}\" "
            "fill=\"url(#paper)\"/></g>\n",
            strip_width_mm, height, letters_mm, height - letters_mm);
        for (const Beat& beat : input_.beats) {
            if (beat.sample < first || beat.sample >= last) continue;
            const std::string_view name = class_name(input_, beat);
            // A letter at the paper's edge moves in as far as it is wide.
            const double half = 1.2 * static_cast<double>(std::max<std::size_t>(1, name.size()));
            const double x = static_cast<double>(beat.sample - first) / rate * mm_per_s;
            add("<text x=\"{:.2f}\" y=\"3\" font-size=\"3\" text-anchor=\"middle\" "
                "fill=\"#1c2430\">{}</text>\n",
                std::clamp(x, half, std::max(half, strip_width_mm - half)),
                name.empty() ? "|" : escaped(name));
        }
        double top = letters_mm;
        for (const Row& row : rows) {
            add("<text x=\"1\" y=\"{:.2f}\" font-size=\"3\" font-weight=\"600\" "
                "fill=\"#1c2430\">{}</text>\n",
                top + 4, escaped(row.lead->name));
            trace(row, top, stretch(*row.lead, first, last));
            top += row.height();
        }
        add("</svg><figcaption>{}</figcaption></figure>\n", caption);
    }

    void trace(const Row& row, double top, std::span<const float> samples) {
        const double rate = recording_.sampling_rate;
        const std::size_t bin = std::max<std::size_t>(1, 2 * samples.size() / most_points);
        std::string points;
        const auto flush = [&] {
            if (!points.empty())
                add("<polyline points=\"{}\" fill=\"none\" stroke=\"#1c2430\" "
                    "stroke-width=\"0.25\" "
                    "stroke-linejoin=\"round\"/>\n",
                    points);
            points.clear();
        };
        const auto put = [&](std::size_t i) {
            const double y =
                top + row.above - (static_cast<double>(samples[i]) - row.base_mv) * mm_per_mv;
            points += std::format("{:.2f},{:.2f} ", static_cast<double>(i) / rate * mm_per_s,
                                  std::clamp(y, top, top + row.height()));
        };
        for (std::size_t at = 0; at < samples.size(); at += bin) {
            const auto part = samples.subspan(at, std::min(bin, samples.size() - at));
            if (!std::ranges::all_of(part, [](float x) { return std::isfinite(x); })) {
                flush();
                continue;
            }
            const auto [low, high] = std::ranges::minmax_element(part);
            const auto a = at + static_cast<std::size_t>(low - part.begin());
            const auto b = at + static_cast<std::size_t>(high - part.begin());
            put(std::min(a, b));
            if (a != b) put(std::max(a, b));
        }
        flush();
    }

    const Recording& recording_;
    const Input& input_;
    std::string html_;
};

}  // namespace

std::string strip_patterns() {
    return "<svg width=\"0\" height=\"0\"><defs>"
           "<pattern id=\"mm\" width=\"1\" height=\"1\" patternUnits=\"userSpaceOnUse\">"
           "<path d=\"M1 0H0V1\" fill=\"none\" stroke=\"#f3c9c4\" "
           "stroke-width=\"0.08\"/></pattern>"
           "<pattern id=\"paper\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
           "<rect width=\"5\" height=\"5\" fill=\"url(#mm)\"/>"
           "<path d=\"M5 0H0V5\" fill=\"none\" stroke=\"#e3988f\" "
           "stroke-width=\"0.16\"/></pattern>"
           "</defs></svg>\n";
}

std::string strip_figures(const Recording& recording, const Input& input,
                          std::span<const Lead* const> leads, std::int64_t first, std::int64_t last,
                          const std::string& caption) {
    Strip strip(recording, input);
    strip.figures(leads, first, last, caption);
    return strip.take();
}

}  // namespace telltale::report
