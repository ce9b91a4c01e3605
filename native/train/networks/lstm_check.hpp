// Whether LibTorch's quick LSTM can be trusted on this processor.
//
// On CPUs LibTorch gives LSTMs to oneDNN. On some processors with AVX-512 (seen: AMD family 26,
// LibTorch 2.6) that gives wrong values and wrong gradients where the units do not fill oneDNN's
// blocks. So each shape of LSTM is held once against the plain path, forwards and backwards, before
// it is used: some milliseconds.
#pragma once

#include <cstdint>

namespace telltale::train {

/// True where oneDNN's LSTM agrees with the plain one, values and gradients, for layers of this
/// many inputs and units. Says so on stderr once for each shape where it does not. Always true
/// where oneDNN is not in use. Not for several threads at a time.
[[nodiscard]] bool quick_lstm_is_right(std::int64_t inputs, std::int64_t units, bool bidirectional);

/// While it lives, LSTMs that begin take the plain path, and go back along it.
class PlainLstm {
public:
    explicit PlainLstm(bool plain);
    ~PlainLstm();
    PlainLstm(const PlainLstm&) = delete;
    PlainLstm& operator=(const PlainLstm&) = delete;

private:
    bool before_;
};

}  // namespace telltale::train
