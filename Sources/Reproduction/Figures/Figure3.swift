import Charts

/// Figure 3: final L_bound and kNN accuracy for every output dimension d, one panel a method and dataset, with the least
/// squares line over d > K.
public struct Figure3: Sendable, Equatable {
  /// One trained encoder, or the mean of several seeds.
  public struct Cell: Sendable, Equatable {
    public var dimension: Int
    /// L_bound (Eq. 11).
    public var bound: Double
    /// kNN accuracy in percent, 0 … 100.
    public var accuracy: Double
    /// Spread over seeds, drawn as ± bars; `nil` for a single seed.
    public var boundSpread: Double?
    public var accuracySpread: Double?
    public var isCollapsed: Bool
    /// The node that measured it, where the page may lead to it.
    public var node: String?

    public init(
      dimension: Int, bound: Double, accuracy: Double, boundSpread: Double? = nil, accuracySpread: Double? = nil,
      isCollapsed: Bool = false, node: String? = nil
    ) {
      self.dimension = dimension
      self.bound = bound
      self.accuracy = accuracy
      self.boundSpread = boundSpread
      self.accuracySpread = accuracySpread
      self.isCollapsed = isCollapsed
      self.node = node
    }
  }

  /// A horizontal line to compare with, as raw pixels or the untrained encoder.
  public struct Reference: Sendable, Equatable {
    public var label: String
    /// In percent.
    public var accuracy: Double

    public init(label: String, accuracy: Double) {
      self.label = label
      self.accuracy = accuracy
    }
  }

  /// The cells of one method on one dataset.
  public struct Group: Sendable, Equatable {
    public var method: String
    public var dataset: String
    /// K.
    public var classCount: Int
    public var cells: [Cell]
    public var references: [Reference]
    /// Dimensions that are neither drawn nor fitted, as 4 and 8 on CIFAR-100 in the paper.
    public var hiddenDimensions: Set<Int>

    public init(
      method: String, dataset: String, classCount: Int, cells: [Cell], references: [Reference] = [],
      hiddenDimensions: Set<Int> = []
    ) {
      self.method = method
      self.dataset = dataset
      self.classCount = classCount
      self.cells = cells
      self.references = references
      self.hiddenDimensions = hiddenDimensions
    }
  }

  public var groups: [Group]
  /// Where kNN looks and how L_bound is estimated, printed beneath the panels.
  public var reading: String
  /// Whether collapsed cells with d > K enter the fit. Such a cell lies far out and would decide the line alone.
  public var fitsCollapsed: Bool
  public var style: FigureStyle

  public init(groups: [Group], reading: String = "", fitsCollapsed: Bool = false, style: FigureStyle = FigureStyle()) {
    self.groups = groups
    self.reading = reading
    self.fitsCollapsed = fitsCollapsed
    self.style = style
  }

  public static let caption =
    "Figure 3. Does a smaller bound go with a better encoder? Each point is one trained encoder, labelled with its output "
    + "dimension d: its ℒ_bound (Eq. 11) at the end of training against its k-nearest-neighbour accuracy. The solid red "
    + "line is the least squares fit over the dimensions above the number of classes K, the dashed line its extension "
    + "to the others, with which the paper compares them; an error bound need not be linear. With a handful of points r "
    + "describes them and proves nothing. Grey lines show what is reached without training. Collapsed encoders are crossed "
    + "and left out of the fit. The paper prints no value of ℒ_bound, so that none of its points can be drawn here. "
    + "Every panel has its own axes."

  // MARK: What is fitted

  /// The drawn cells of `group`, by dimension.
  func shown(_ group: Group) -> [Cell] {
    group.cells.filter { !group.hiddenDimensions.contains($0.dimension) }.sorted { $0.dimension < $1.dimension }
  }

  /// Whether `cell` counts for the line.
  func isFitted(_ cell: Cell, in group: Group) -> Bool {
    cell.dimension > group.classCount && (fitsCollapsed || !cell.isCollapsed)
      && !group.hiddenDimensions.contains(cell.dimension) && cell.bound.isFinite && cell.accuracy.isFinite
  }

  /// Least squares over the dimensions above K; `nil` with fewer than two of them, or when they share one L_bound.
  public func fit(_ group: Group) -> LinearFit? {
    LinearFit(group.cells.filter { isFitted($0, in: group) }.map { Point(x: $0.bound, y: $0.accuracy) })
  }
}
