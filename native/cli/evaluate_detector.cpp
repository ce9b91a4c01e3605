#include "cli/commands.hpp"
namespace telltale::cli {
int evaluate_detector(const EvaluateDetectorOptions&) { return 1; }
}
