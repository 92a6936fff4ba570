import Mustache

/// The templates of `Resources`, compiled into the program.
enum Templates {
  static let page = template(PackageResources.page_mustache, "page")
  static let table = template(PackageResources.table_mustache, "table")
  static let figure = template(PackageResources.figure_mustache, "figure")
  static let claims = template(PackageResources.claims_mustache, "claims")
  static let records = template(PackageResources.records_mustache, "records")
  static let facts = template(PackageResources.facts_mustache, "facts")

  static let style = String(decoding: PackageResources.style_css, as: UTF8.self)

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
