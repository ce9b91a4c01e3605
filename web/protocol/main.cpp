// Prints web/glue/protocol.ts: the messages of shared/messages as TypeScript, so that the page's
// types are those of the core. A test fails where the file is stale; this renews it:
//
//     ./dev exec build/native/bin/telltale-protocol >web/glue/protocol.ts
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/findings.hpp"
#include "messages/intervals.hpp"
#include "messages/jobs.hpp"
#include "messages/json.hpp"
#include "messages/model.hpp"
#include "messages/notices.hpp"
#include "messages/recording.hpp"
#include "messages/review.hpp"
#include "messages/window_state.hpp"

namespace {

using namespace telltale::messages;

class Types {
public:
    /// The TypeScript of a field's type. Messages that it is made of are declared before it.
    template <class T>
    std::string of() {
        return Of<T>::type(*this);
    }
    template <Message T>
    void declare() {
        if (!declared_.insert(std::string(T::message_name)).second) return;
        const T empty{};
        Fields fields{.types = *this, .text = {}};
        T::fields(empty, fields);
        out_ += "\nexport interface " + std::string(T::message_name) + " {\n" + fields.text + "}\n";
    }
    /// A name for one of several messages.
    template <class Variant>
    void name(const std::string& name) {
        const std::string one_of = of<Variant>();
        out_ += "\nexport type " + name + " = " + one_of + ";\n";
    }
    [[nodiscard]] const std::string& text() const { return out_; }

private:
    struct Fields {
        Types& types;
        std::string text;
        template <class T>
        void operator()(std::string_view key, const T&) {
            if constexpr (detail::is_optional<T>)
                text += "  " + std::string(key) + "?: " + types.of<typename T::value_type>();
            else
                text += "  " + std::string(key) + ": " + types.of<T>();
            text += ";\n";
        }
    };
    static std::string list_of(const std::string& item) {
        return item.find('|') == std::string::npos ? item + "[]" : "(" + item + ")[]";
    }

    template <class T>
    struct Of {
        static std::string type(Types& types) {
            if constexpr (Message<T>) {
                types.declare<T>();
                return std::string(T::message_name);
            } else if constexpr (std::same_as<T, bool>) {
                return "boolean";
            } else if constexpr (std::is_arithmetic_v<T>) {
                return "number";
            } else {
                static_assert(std::same_as<T, std::string>);
                return "string";
            }
        }
    };
    template <Literal Text>
    struct Of<Is<Text>> {
        static std::string type(Types&) { return "'" + std::string(Text.view()) + "'"; }
    };
    template <Literal... Words>
    struct Of<OneOf<Words...>> {
        static std::string type(Types&) {
            std::string text;
            for (const std::string_view word : OneOf<Words...>::words)
                text += (text.empty() ? "'" : " | '") + std::string(word) + "'";
            return text;
        }
    };
    template <class T>
    struct Of<Nullable<T>> {
        static std::string type(Types& types) { return types.of<T>() + " | null"; }
    };
    template <class T>
    struct Of<std::vector<T>> {
        static std::string type(Types& types) { return list_of(types.of<T>()); }
    };
    template <class T, std::size_t N>
    struct Of<std::array<T, N>> {
        static std::string type(Types& types) {
            const std::string item = types.of<T>();
            std::string text = "[" + item;
            for (std::size_t i = 1; i < N; ++i) text += ", " + item;
            return text + "]";
        }
    };
    template <class T>
    struct Of<std::map<std::string, T>> {
        static std::string type(Types& types) { return "Record<string, " + types.of<T>() + ">"; }
    };
    template <class... Ts>
    struct Of<std::variant<Ts...>> {
        static std::string type(Types& types) {
            std::string text;
            ((text += (text.empty() ? "" : " | ") + types.of<Ts>()), ...);
            return text;
        }
    };

    std::string out_;
    std::set<std::string> declared_;
};

}  // namespace

int main() {
    Types types;
    types.declare<RecordingFacts>();
    types.declare<BeatSetFacts>();
    types.declare<WindowState>();
    types.name<Edit>("Edit");
    types.name<Command>("Command");
    types.name<Request>("Request");
    types.name<std::variant<RecordingInfo, RecordingsInfo, ModelInfo, ModelsInfo, ProviderInfo,
                            SummaryInfo, WarningsInfo, QualityInfo, RhythmInfo, ComparisonInfo,
                            ClustersInfo, IntervalsInfo, WavesInfo, EditsInfo, QuestionInfo,
                            StorageInfo, SecondInfo, ExplanationInfo, OutdatedInfo, ProgressInfo,
                            ErrorInfo, NoticeInfo, FactsInfo, JobDone, JobFailed>>("Message");
    types.name<
        std::variant<UseTheme, RunCommand, SamplesInfo, GoTo, SelectBeat, ErrorInfo, NoticeInfo>>(
        "WindowRequest");
    std::fputs(
        "// The messages of shared/messages in TypeScript, made by web/protocol/main.cpp: do not\n"
        "// change this file by hand. What the fields mean stands in those headers.\n",
        stdout);
    std::fputs(types.text().c_str(), stdout);
}
