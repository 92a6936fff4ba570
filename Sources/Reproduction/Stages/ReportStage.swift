import Charts
import Foundation
import Pipeline
import Report

/// **report**: everything on one page. What differs from run to run (times, the machine) is no part of the node's result:
/// `Outputs` puts it into the page's slot when it is laid out for people.
enum ReportStage {
  /// Where `Outputs` puts how the run went.
  static let runSlot = "run"

  static let definition = StageDefinition(name: StageName.report, version: 11, isLight: true) { context in
    let settings: ReportSettings = try context.decodeParameters()
    let assembly = try ReportAssembly(settings: settings, context: context)
    try Data(assembly.page().html().utf8).write(to: context.output(OutputName.report))
    try Data(assembly.numbers().latex().text.utf8).write(to: context.output(OutputName.numbers))
    try JSONFile.write(assembly.claims, to: context.output(OutputName.claims))
  }
}

/// Puts the page together from the artifacts of the other nodes.
struct ReportAssembly {
  let settings: ReportSettings
  let context: StageContext
  let claims: [JudgedClaim]
  private let table: Table1
  private let findings: Findings

  init(settings: ReportSettings, context: StageContext) throws {
    self.settings = settings
    self.context = context
    table = try TableStage.build(settings.table, context)
    findings = Findings(cells: table.cells, reading: table.reading, pixels: table.pixels, queries: table.queries)
    claims = try settings.claims.map { try JSONFile.read(from: context.input($0)) }
  }

  func numbers() -> Numbers {
    Numbers(table: table, findings: findings, claims: claims, profile: settings.profile)
  }

  func page() throws -> ReportPage {
    let claims = ClaimBlocks(self.claims)
    return ReportPage(
      title: "Exploring Generalization of Non-Contrastive Self-Supervised Learning",
      subtitle: "A reproduction, profile `\(literal(settings.profile))`",
      summary: [literal(settings.profileDescription)] + findings.sentences,
      verdict: claims.board(setting: "Profile `\(literal(settings.profile))`: " + findings.setting),
      highlights: findings.highlights,
      sections: [
        ReportPage.Section(
          "Accuracy by output dimension",
          [.variants(table.variants)] + (try figures([("accuracy", "Table 1, drawn", AccuracyFigure.caption)]))
            + findings.collapsed.map { ReportPage.Block.caution($0) }),
        ReportPage.Section("Figures", try figures(Self.paperFigures)),
        ReportPage.Section("Claims", claims.blocks),
        ReportPage.Section(
          "Does the theory apply?",
          [.paragraph(TheoryTable.introduction)]
            + TheoryTable(cells: table.cells).tables.map { ReportPage.Block.table($0) }),
        ReportPage.Section("Theorems and equations", try theory()),
        ReportPage.Section("Errata", ErrataPage.blocks(try errata())),
        ReportPage.Section("Images and views", try sheets()),
        ReportPage.Section("How it was run", [.facts(facts), .slot(ReportStage.runSlot)]),
      ],
      footer:
        "Made by repro. Tables, figures and findings are computed from the artifacts in the list of nodes; the errata and the"
        + " descriptions of profiles and figures are written by people.",
      subject: try PageSubject.report(profile: settings.profile).text())
  }

  private var facts: [Fact] { settings.facts.map { Fact($0.name, $0.value) } }

  private static let paperFigures: [(name: String, label: String, caption: String)] = [
    ("fig1", "Figure 1", Figure1.caption), ("fig2", "Figure 2", Figure2.caption), ("fig3", "Figure 3", Figure3.caption),
    ("fig4", "Figure 4", Figure4.caption), ("fig5", "Figure 5", Figure5.caption),
  ]

  private func errata() throws -> String {
    try String(contentsOf: context.input(OutputName.errata), encoding: .utf8)
  }

  /// What the audit found, with the theory's figures.
  private func theory() throws -> [ReportPage.Block] {
    let audit = AuditTables(
      findings: try JSONFile.read(from: context.input(OutputName.findings)),
      checkpoints: try JSONFile.read(from: context.input(OutputName.checkpointSummary)),
      separation: try JSONFile.read(from: context.input(OutputName.separation)),
      dynamics: try JSONFile.read(from: context.input(OutputName.dynamicsChecks)),
      outcomes: try JSONFile.read(from: context.input(OutputName.outcomes)))
    func figure(_ name: TheoryFigureSettings.Name) throws -> [ReportPage.Block] {
      try figures([(name.rawValue, name.label, name.caption)])
    }
    return [.paragraph(AuditTables.introduction), .table(audit.statements)] + (try figure(.counterexamples))
      + [.table(audit.searches)] + (try figure(.separation)) + (try figure(.study)) + (try figure(.twoLabels))
      + [.table(audit.dynamicsTable)] + (try figure(.dynamics)) + [.table(audit.uniformity)]
      + (try figure(.eigenvalues))
  }

  private func figures(
    _ known: [(name: String, label: String, caption: String)]
  ) throws -> [ReportPage.Block] {
    try known.filter { context.inputs.contains("figure/\($0.name)") }.map { name, label, caption in
      let files = try context.inputFiles("figure/\(name)")
      func data(_ file: String) throws -> Data {
        guard let url = files[file] else { throw StageError("the node figure/\(name) left no \(file)") }
        return try Data(contentsOf: url)
      }
      // The caption in the page is set under its label; the constant starts with it.
      let drawing = String(decoding: try data("\(name).svg"), as: UTF8.self)
      let body = caption.hasPrefix("\(label). ") ? String(caption.dropFirst(label.count + 2)) : caption
      return .figure(
        ReportFigure(
          identifier: name, label: label,
          caption: ["bound", "cor", "uniform"].reduce(body) {
            $0.replacingOccurrences(of: "ℒ_\($1)", with: "ℒ_{\($1)}")
          },
          alternative: DrawingSummary.of(svg: drawing) ?? FigureText.plain(body),
          drawing: .svg(
            drawing,
            narrow: String(decoding: try data(OutputName.narrowFigure(name)), as: UTF8.self)),
          downloads: [
            .init(label: "SVG", fileName: "\(name).svg", content: .drawing(.svg, beside: "../figures/\(name).svg")),
            .init(label: "PNG", fileName: "\(name).png", content: .drawing(.png, beside: "../figures/\(name).png")),
            .init(label: "PDF (in figures/)", fileName: "\(name).pdf", content: .file("../figures/\(name).pdf")),
          ] + (try csv(name, files)), node: "figure/\(name)"))
    }
  }

  /// The data of a figure that has any: in the page where they are no burden to it, as nearly all are; the entries of
  /// large matrices stand beside it.
  private func csv(_ name: String, _ files: [String: URL]) throws -> [ReportFigure.Download] {
    guard let url = files["\(name).csv"] else { return [] }
    let data = try Data(contentsOf: url)
    return [
      data.count <= 96_000
        ? .init(label: "CSV", fileName: "\(name).csv", content: .embedded(mediaType: "text/csv", data))
        : .init(label: "CSV (in figures/)", fileName: "\(name).csv", content: .file("../figures/\(name).csv"))
    ]
  }

  /// What pixels alone tell; nothing where nobody asked them.
  private static func sentence(_ pixels: CellResults.PixelAccuracy?) -> String {
    let found = [("raw", pixels?.raw), ("normalised", pixels?.normalised)].compactMap { name, accuracy in
      accuracy.map { "\(Cell.format($0, decimals: 1))% of the queries on \(name) pixels" }
    }
    return found.isEmpty ? "" : "kNN finds the class of \(found.joined(separator: ", of ")). "
  }

  private func sheets() throws -> [ReportPage.Block] {
    try settings.sheets.flatMap { sheet -> [ReportPage.Block] in
      let about: DownloadStage.About = try JSONFile.read(
        from: context.input("download/\(sheet.dataset)/\(OutputName.about)"))
      let classes = try Data(contentsOf: context.input("download/\(sheet.dataset)/\(OutputName.classSheet)"))
      let views = try Data(
        contentsOf: context.input("augment/\(sheet.dataset)/\(sheet.policy)/\(OutputName.viewSheet)"))
      let pixels = table.pixels[sheet.dataset]
      let size = "\(about.height) × \(about.width), \(about.channels == 1 ? "grey" : "colour")"
      return [
        .heading(literal(sheet.datasetTitle)),
        .paragraph(
          "\(about.trainImages) training and \(about.testImages) test images, \(size). \(Self.sentence(pixels))"
            + "Digest of the training images: `\(literal(about.trainDigest))`."
        ),
        .figure(
          ReportFigure(
            identifier: "classes-\(sheet.dataset)", label: "Classes", caption: "Images of the classes, class by class.",
            alternative: "Sample images of \(sheet.datasetTitle)", drawing: .png(classes, enlarged: 2),
            node: "download/\(sheet.dataset)")),
        .figure(
          ReportFigure(
            identifier: "views-\(sheet.dataset)", label: "Views",
            caption: "Images (left) and views of each, as training sees them.",
            alternative: "Augmented views of images of \(sheet.datasetTitle)", drawing: .png(views, enlarged: 2),
            node: "augment/\(sheet.dataset)/\(sheet.policy)")),
      ]
    }
  }
}
