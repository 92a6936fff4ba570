import Mustache

/// The templates of `Resources`, compiled into the program.
enum Templates {
  static let page = template(PackageResources.page_mustache, "page")
  static let table = template(PackageResources.table_mustache, "table")
  static let figure = template(PackageResources.figure_mustache, "figure")
  static let claims = template(PackageResources.claims_mustache, "claims")
  static let nodes = template(PackageResources.nodes_mustache, "nodes")
  static let variants = template(PackageResources.variants_mustache, "variants")
  static let verdict = template(PackageResources.verdict_mustache, "verdict")
  static let facts = template(PackageResources.facts_mustache, "facts")

  /// Everything that the page's one style element holds.
  static let style = [PackageResources.style_css, PackageResources.interactive_css].map {
    String(decoding: $0, as: UTF8.self)
  }.joined()

  /// Everything that the page's one script element holds, in one function so that nothing of it is global. It starts when
  /// all of the page is there: what stands behind the script is part of the page too.
  static let script =
    "document.addEventListener(\"DOMContentLoaded\", () => {\n\"use strict\";\n"
    + [
      PackageResources.core_js, PackageResources.links_js, PackageResources.answers_js, PackageResources.figures_js,
      PackageResources.downloads_js, PackageResources.provenance_js, PackageResources.graph_js,
      PackageResources.check_js, PackageResources.start_js,
    ].map { String(decoding: $0, as: UTF8.self) }.joined() + "});\n"

  private static let escaping: Void = MustacheContentTypes.register(ScalarEscaping(), named: ScalarEscaping.name)

  private static func template(_ bytes: [UInt8], _ name: String) -> MustacheTemplate {
    _ = escaping
    let source = "{{% CONTENT_TYPE:\(ScalarEscaping.name)}}" + String(decoding: bytes, as: UTF8.self)
    do {
      return try MustacheTemplate(string: source)
    } catch {
      preconditionFailure("the template \(name).mustache does not parse: \(error)")
    }
  }
}
