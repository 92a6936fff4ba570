/// One table in several readings, between which the reader switches. The switches are radio buttons, and which table shows
/// is a matter of style: they work without a script.
public struct TableVariants: Sendable, Equatable {
  public struct Switch: Sendable, Equatable {
    public let label: String
    public let options: [String]

    public init(_ label: String, options: [String]) {
      self.label = label
      self.options = options
    }
  }

  public struct Variant: Sendable, Equatable {
    /// The option of each switch at which it shows.
    public let options: [Int]
    public let table: Table

    public init(options: [Int], table: Table) {
      self.options = options
      self.table = table
    }
  }

  /// The most that the style sheet has rules for.
  static let mostSwitches = 3
  static let mostOptions = 4

  /// Names the switches; ids of theirs start with it.
  public let identifier: String
  public let switches: [Switch]
  public let variants: [Variant]

  /// The first variant is the one that shows at first.
  ///
  /// - Precondition: one to three switches of up to four options; every variant has an option for each.
  public init(identifier: String, switches: [Switch], variants: [Variant]) {
    precondition((1...Self.mostSwitches).contains(switches.count), "\(identifier) has one to three switches")
    precondition(
      switches.allSatisfy { (1...Self.mostOptions).contains($0.options.count) }, "a switch has one to four options")
    precondition(
      variants.allSatisfy { variant in
        variant.options.count == switches.count
          && zip(variant.options, switches).allSatisfy { $1.options.indices.contains($0) }
      }, "every variant of \(identifier) has an option for each switch")
    self.identifier = identifier
    self.switches = switches
    self.variants = variants
  }

  var html: String {
    let id = htmlIdentifier(identifier)
    let initial = variants.first?.options ?? []
    return Templates.variants.render(
      [
        "switches": switches.enumerated().map { position, item -> [String: Any] in
          [
            "label": InlineText(item.label).html,
            "options": item.options.enumerated().map { option, text -> [String: Any] in
              [
                "name": "\(id)-switch-\(position)", "position": String(position), "value": String(option),
                "text": InlineText(text).html,
                "isChecked": initial.indices.contains(position) && initial[position] == option,
              ]
            },
          ]
        },
        "variants": variants.map { variant -> [String: Any] in
          [
            "places": variant.options.enumerated().map { " data-v\($0)=\"\($1)\"" }.joined(),
            "body": variant.table.html(),
          ]
        },
      ] as [String: Any])
  }
}
