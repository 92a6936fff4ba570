/// A pattern for node names. `*` stands for anything within a segment, `**` for anything, `?` for one character, `[…]` for
/// one of a set; and a pattern that matches the first segments of a name matches the name: `train/cifar10` takes all below.
public struct NodePattern: Hashable, Sendable {
  /// What stands at one place of the pattern.
  private enum Part: Hashable {
    case byte(UInt8)
    /// One character of a segment.
    case any
    case oneOf(Set<UInt8>)
    /// Any number of characters, within a segment or wherever.
    case star
    case deepStar
    /// A set that does not end: it stands for nothing.
    case nothing
  }

  public let text: String
  private let parts: [Part]
  private static let slash = UInt8(ascii: "/")

  public init(_ text: String) {
    self.text = text
    parts = Self.parts(of: Array((text.hasSuffix("/") ? String(text.dropLast()) : text).utf8))
  }

  public func matches(_ id: NodeID) -> Bool {
    var steps = 0
    return matches(id.text, steps: &steps)
  }

  /// All places of the pattern at which the name read so far may stand are kept at once: whatever the pattern, each
  /// character of the name is held against each part at most once.
  ///
  /// - Parameter steps: raised by the number of times that a character was held against a part.
  func matches(_ name: String, steps: inout Int) -> Bool {
    var places = Places(parts.count + 1)
    reach(0, &places)
    for byte in name.utf8 {
      if byte == Self.slash && places.list.contains(parts.count) { return true }
      var next = Places(parts.count + 1)
      for place in places.list where place < parts.count {
        steps += 1
        switch parts[place] {
        case .byte(let wanted): if byte == wanted { reach(place + 1, &next) }
        case .any: if byte != Self.slash { reach(place + 1, &next) }
        case .oneOf(let wanted): if wanted.contains(byte) { reach(place + 1, &next) }
        case .star: if byte != Self.slash { reach(place, &next) }
        case .deepStar: reach(place, &next)
        case .nothing: break
        }
      }
      if next.list.isEmpty { return false }
      places = next
    }
    return places.list.contains(parts.count)
  }

  private struct Places {
    var list: [Int] = []
    private var isThere: [Bool]

    init(_ count: Int) { isThere = Array(repeating: false, count: count) }

    /// Whether it was not there yet.
    mutating func insert(_ place: Int) -> Bool {
      if isThere[place] { return false }
      isThere[place] = true
      list.append(place)
      return true
    }
  }

  /// A star may stand for nothing: whoever is before it is behind it as well.
  private func reach(_ place: Int, _ places: inout Places) {
    var place = place
    while places.insert(place), place < parts.count, parts[place] == .star || parts[place] == .deepStar { place += 1 }
  }

  private static func parts(of text: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var index = 0
    while index < text.count {
      let rest = text[(index + 1)...]
      switch text[index] {
      case UInt8(ascii: "*"):
        let stars = text[index...].prefix { $0 == UInt8(ascii: "*") }.count
        parts.append(stars > 1 ? .deepStar : .star)
        index += stars
      case UInt8(ascii: "?"):
        parts.append(.any)
        index += 1
      case UInt8(ascii: "["):
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return parts + [.nothing] }
        parts.append(.oneOf(members(rest[..<end])))
        index = end + 1
      case let byte:
        parts.append(.byte(byte))
        index += 1
      }
    }
    return parts
  }

  /// Members of a `[…]` set: characters and ranges, all the others of a segment where it begins with `!`.
  private static func members(_ set: ArraySlice<UInt8>) -> Set<UInt8> {
    let isNegated = set.first == UInt8(ascii: "!")
    var left = isNegated ? set.dropFirst() : set
    var members: Set<UInt8> = []
    while let low = left.popFirst() {
      if left.first == UInt8(ascii: "-"), let high = left.dropFirst().first {
        if low <= high { members.formUnion(low...high) }
        left = left.dropFirst(2)
      } else {
        members.insert(low)
      }
    }
    members.insert(slash)
    return isNegated ? Set(0...255).subtracting(members) : members.subtracting([slash])
  }
}
