import Charts

/// Figure 4: L_bound and kNN accuracy along training, a panel for each dimension, a row for each method and dataset.
public struct Figure4: Sendable, Equatable {
  /// What was measured at one recorded epoch.
  public struct Record: Sendable, Equatable {
    public var epoch: Int
    /// L_bound (Eq. 11).
    public var bound: Double
    /// kNN accuracy in percent, 0 … 100.
    public var accuracy: Double

    public init(epoch: Int, bound: Double, accuracy: Double) {
      self.epoch = epoch
      self.bound = bound
      self.accuracy = accuracy
    }
  }

  /// One training.
  public struct Series: Sendable, Equatable {
    public var method: String
    public var dataset: String
    public var dimension: Int
    /// In any order; drawn in that of the epochs.
    public var records: [Record]
    /// Only records of later epochs are fitted (in the paper 50 for Barlow Twins, 150 for SimSiam).
    public var fitAfterEpoch: Int
    public var isCollapsed: Bool
    /// The node that measured it, where the page may lead to it.
    public var node: String?

    public init(
      method: String, dataset: String, dimension: Int, records: [Record], fitAfterEpoch: Int, isCollapsed: Bool = false,
      node: String? = nil
    ) {
      self.method = method
      self.dataset = dataset
      self.dimension = dimension
      self.records = records
      self.fitAfterEpoch = fitAfterEpoch
      self.isCollapsed = isCollapsed
      self.node = node
    }
  }

  public var series: [Series]
  /// Where kNN looks and how L_bound is estimated, printed beneath the panels.
  public var reading: String
  /// The dimensions to draw; `nil` for up to `maximumColumns` of them, the smallest and the largest included.
  public var dimensions: [Int]?
  public var maximumColumns: Int
  public var style: FigureStyle

  public init(
    series: [Series], reading: String = "", dimensions: [Int]? = nil, maximumColumns: Int = 4,
    style: FigureStyle = FigureStyle()
  ) {
    self.series = series
    self.reading = reading
    self.dimensions = dimensions
    self.maximumColumns = maximumColumns
    self.style = style
  }

  public static let caption =
    "Figure 4. Does the bound fall while the encoder learns? Each panel is one training: ℒ_bound (Eq. 11) against "
    + "k-nearest-neighbour accuracy at the recorded epochs, joined in their order, from light (early) to dark (late). "
    + "Where the paper's account holds, the path runs from the lower right to the upper left along the red line, the least "
    + "squares fit over the filled points. Hollow points are from the first epochs and are not fitted, as in the "
    + "paper. Epochs of one training are not independent, so r describes a path. Where there are many dimensions some are "
    + "not drawn; the CSV has them all. Every panel has its own axes: compare directions, not heights. "
    + "Of several seeds the first is drawn. "
    + "The paper prints no value of ℒ_bound, so that none of its points can be drawn here."

  // MARK: What is drawn and fitted

  /// The series of one row that are drawn, by dimension.
  func shown(method: String, dataset: String) -> [Series] {
    let all = series.filter { $0.method == method && $0.dataset == dataset }.sorted { $0.dimension < $1.dimension }
    if let dimensions { return all.filter { dimensions.contains($0.dimension) } }
    let count = max(1, maximumColumns)
    guard all.count > count else { return all }
    guard count > 1 else { return [all[all.count - 1]] }
    return (0..<count).map { all[($0 * (all.count - 1) + (count - 1) / 2) / (count - 1)] }
  }

  /// Whether `record` counts for the line of `series`.
  func isFitted(_ record: Record, in series: Series) -> Bool {
    record.epoch > series.fitAfterEpoch && record.bound.isFinite && record.accuracy.isFinite
  }

  /// Least squares over the epochs after `fitAfterEpoch`; `nil` with fewer than two, or when all share one L_bound.
  public func fit(_ series: Series) -> LinearFit? {
    LinearFit(series.records.filter { isFitted($0, in: series) }.map { Point(x: $0.bound, y: $0.accuracy) })
  }
}
