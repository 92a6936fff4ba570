import Foundation
import Numerics

/// The eigenvalues of Λ and what they say about collapse.
public struct Spectrum: Sendable, Equatable {
  /// λ₁ ≥ λ₂ ≥ … ≥ λ_d; rounding below zero is set to zero. Their sum is tr Λ = d.
  public let eigenvalues: [Double]

  /// A cell counts as collapsed where the first eigenvector holds at least this share of tr Λ: outputs then lie along
  /// one line but for a tenth of their energy, and 2‖Λ − I‖²/d² is above four fifths of its largest value for large d.
  public static let collapseThreshold = 0.9

  /// - Throws: `FeatureError.noSpectrum` where Λ is not finite or LAPACK does not converge.
  public init(_ moment: SecondMoment) throws(FeatureError) {
    guard moment.matrix.values.allSatisfy(\.isFinite) else { throw .noSpectrum("it holds NaN or infinities") }
    do {
      eigenvalues = try SymmetricEigen(moment.matrix, wantsVectors: false).values.reversed().map { max(0, $0) }
    } catch {
      throw .noSpectrum(error.description)
    }
  }

  /// λ_i/Σλ, descending.
  public var shares: [Double] {
    let total = eigenvalues.reduce(0, +)
    return total > 0 ? eigenvalues.map { $0 / total } : eigenvalues
  }

  /// λ₁/Σλ: 1/d where Λ = I, 1 where all outputs lie along one line.
  public var leadingShare: Double { shares.first ?? 0 }

  /// exp(−Σ pᵢ log pᵢ) with p = λ/Σλ (Roy & Vetterli 2007): d where Λ ∝ I, 1 at rank one.
  public var effectiveRank: Double {
    exp(-shares.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 })
  }

  /// (Σλ)²/Σλ²: d where Λ ∝ I, 1 at rank one.
  public var participationRatio: Double {
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? 1 / squares : 0
  }

  /// Directions with less than a hundredth of the mean eigenvalue: those "dimensions" that §4.2 says collapse.
  public var deadDirections: Int {
    let least = 0.01 * eigenvalues.reduce(0, +) / Double(eigenvalues.count)
    return eigenvalues.count { $0 < least }
  }

  /// The least difference of two neighbouring eigenvalues, over the largest: Lemma 1 wants all eigenvalues distinct.
  public var leastGap: Double {
    guard let largest = eigenvalues.first, largest > 0 else { return 0 }
    return zip(eigenvalues, eigenvalues.dropFirst()).reduce(1) { min($0, ($1.0 - $1.1) / largest) }
  }

  /// Whether `leadingShare` reaches `threshold`. Never for d = 1, where there is one direction only.
  public func isCollapsed(threshold: Double = collapseThreshold) -> Bool {
    eigenvalues.count > 1 && leadingShare >= threshold
  }
}
