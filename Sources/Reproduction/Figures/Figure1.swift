import Charts

/// Figure 1: the architectures that are compared, drawn as what flows into what.
public enum Figure1 {
  public static let caption =
    "Figure 1. What the methods compare. (a) SimCLR draws the two views of a sample together and pushes views of other samples "
    + "away, those of the same latent class included. (b) Barlow Twins has no other samples: it asks that the cross-correlation "
    + "C of the two views' features, taken over the batch, be the identity. (c) SimSiam lets a predictor h map one view's feature "
    + "to the other's, through which no gradient returns (red bar); in BYOL that side is a slowly moving copy of the encoder."

  public static var schematic: Schematic {
    Schematic(
      identifier: "figure-1", title: "Figure 1: architectures", summary: caption,
      parts: [simCLR, barlowTwins, simSiam],
      rows: 6)
  }

  private static func view(_ index: String) -> RichText { .italic("x̂") + .sub(index) }
  private static func feature(_ index: String) -> RichText { .italic("z") + .sub(index) }

  /// A sample, two views, the encoder twice and the two features, in columns 0.1 and 1.1.
  private static func stem(right: String = "f") -> (boxes: [Schematic.Box], arrows: [Schematic.Arrow]) {
    (
      [
        .init("x", .italic("x"), column: 0.5, row: 0, look: .plain, width: 0.3),
        .init("v1", view("1"), column: 0, row: 1, look: .plain, width: 0.34),
        .init("v2", view("2"), column: 1, row: 1, look: .plain, width: 0.34),
        .init("f1", .italic("f"), column: 0, row: 2), .init("f2", .italic(right), column: 1, row: 2),
        .init("z1", feature("1"), column: 0, row: 3, look: .plain, width: 0.34),
        .init("z2", feature("2"), column: 1, row: 3, look: .plain, width: 0.34),
      ],
      [
        .init("x", "v1"), .init("x", "v2"), .init("v1", "f1"), .init("v2", "f2"), .init("f1", "z1"), .init("f2", "z2"),
      ]
    )
  }

  private static var simCLR: Schematic.Part {
    let (boxes, arrows) = stem()
    return Schematic.Part(
      title: "(a) SimCLR", columns: 3,
      boxes: boxes + [
        .init("other", "others", column: 2, row: 0, look: .plain, width: 0.6),
        .init("v3", .italic("x̂") + .super("−"), column: 2, row: 1, look: .plain, width: 0.34),
        .init("f3", .italic("f"), column: 2, row: 2),
        .init("z3", .italic("z") + .super("−"), column: 2, row: 3, look: .plain, width: 0.34),
        .init("loss", .italic("ℒ") + .sub("InfoNCE"), column: 1, row: 5, look: .rounded(.orange), width: 1.3),
      ],
      arrows: arrows + [
        .init("other", "v3"), .init("v3", "f3"), .init("f3", "z3"),
        .init("z1", "z2", label: "attract", color: .green, isDouble: true),
        .init("z2", "z3", label: "repel", dash: .dashed, color: .red, isDouble: true), .init("z1", "loss"),
        .init("z2", "loss"), .init("z3", "loss"),
      ], footnotes: ["The encoder " + .italic("f") + " is one and the same."])
  }

  private static var barlowTwins: Schematic.Part {
    let (boxes, arrows) = stem()
    return Schematic.Part(
      title: "(b) Barlow Twins", columns: 2,
      boxes: boxes + [
        .init(
          "C", .italic("C") + " = E[" + .italic("z") + .sub("1") + .italic("z") + .sub("2") + .super("T") + "]",
          column: 0.5,
          row: 4, look: .solid(.green), width: 1.3),
        .init(
          "loss", .italic("ℒ") + .sub("BT") + ": " + .italic("C") + " → " + .italic("I"), column: 0.5, row: 5,
          look: .rounded(.orange), width: 1.3),
      ],
      arrows: arrows + [.init("z1", "C"), .init("z2", "C"), .init("C", "loss")],
      footnotes: [.italic("C") + " is taken over the batch."])
  }

  private static var simSiam: Schematic.Part {
    let (boxes, arrows) = stem()
    return Schematic.Part(
      title: "(c) BYOL, SimSiam", columns: 2,
      boxes: boxes + [
        .init("h", .italic("h") + " = " + .italic("W") + .sub("p"), column: 0, row: 4, look: .solid(.green)),
        .init(
          "loss", "−sim(" + .italic("p") + .sub("1") + ", " + .italic("z") + .sub("2") + ")", column: 0.5, row: 5,
          look: .rounded(.orange), width: 1.3),
      ],
      arrows: arrows + [
        .init("z1", "h"), .init("h", "loss", label: .italic("p") + .sub("1")),
        .init("z2", "loss", label: "", isStopped: true),
      ], footnotes: ["BYOL: the right " + .italic("f") + " follows the left slowly."])
  }
}
