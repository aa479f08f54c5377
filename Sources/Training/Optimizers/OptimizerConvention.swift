/// Whose formulas and defaults an optimiser follows.
///
/// The same name means different updates in different frameworks and years: where epsilon stands,
/// what an accumulator starts from, whether a velocity holds the learning rate. A result is only
/// comparable with a paper's when the convention is the one that the paper's program used.
///
/// Defaults, learning rate first:
///
/// | optimiser | `kerasStandalone` | `keras2020` | `keras3` | `pytorch` |
/// |---|---|---|---|---|
/// | SGD | 0.01 | 0.01 | 0.01 | 0.001 |
/// | Adam | 0.001, ε 1e-7 | 0.001, ε 1e-7 | 0.001, ε 1e-7 | 0.001, ε 1e-8 |
/// | AdamW decay | 0.01, not times the rate | 0.01, not times the rate | 0.004 | 0.01 |
/// | Nadam | 0.002, schedule 0.004 | 0.001, 0.004 | 0.001, 1 | 0.002, 0.004 |
/// | Adadelta | **1.0**, ρ 0.95, ε 1e-7 | **0.001**, 0.95 | **0.001**, 0.95 | **1.0**, 0.9, 1e-6 |
/// | Adagrad | 0.01, starts at 0 | 0.001, 0.1 | 0.001, 0.1 | 0.01, 0 |
/// | RMSprop | 0.001, ρ 0.9 | 0.001, 0.9 | 0.001, 0.9 | 0.01, 0.99 |
public enum OptimizerConvention: String, Sendable, Codable, Hashable, CaseIterable {
  /// The `keras` package on its own, 2.3 (October 2019) and before: "Keras" of papers up to 2020
  /// that do not say `tf.keras`. Its Adadelta starts from a learning rate of 1.
  case kerasStandalone
  /// `tf.keras` of TensorFlow 2.0 to 2.10 (2019 to 2022), and the `keras` package from 2.4 (June
  /// 2020), which became the same code; today `tf.keras.optimizers.legacy`. Its Adadelta starts
  /// from 0.001, a thousandth of its predecessor's.
  case keras2020
  /// Keras 3 (from November 2023).
  case keras3
  /// `torch.optim`.
  case pytorch
}
