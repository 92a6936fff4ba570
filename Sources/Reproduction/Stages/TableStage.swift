import Foundation
import Pipeline
import Report

/// **table**: Table 1 in the forms that people paste: HTML, CSV, Markdown, LaTeX.
enum TableStage {
  static let definition = StageDefinition(name: StageName.table, version: 6, isLight: true) { context in
    let settings: TableSettings = try context.decodeParameters()
    let table = try build(settings, context)
    let printed = table.printed()
    try Data(printed.html().utf8).write(to: context.output("table1.html"))
    try Data(printed.markdown().utf8).write(to: context.output("table1.md"))
    try Data(printed.latex().utf8).write(to: context.output("table1.tex"))
    try Data(table.data().csv().utf8).write(to: context.output("table1.csv"))
  }

  static func build(_ settings: TableSettings, _ context: StageContext) throws -> Table1 {
    Table1(
      cells: try CellResults.read(settings.cells, context), reading: settings.reading,
      outputRank: settings.outputRank, queries: settings.queries,
      published: try PublishedResults.load(file: context.input(OutputName.published)),
      pixels: try CellResults.pixelAccuracies(settings.cells, context))
  }
}
