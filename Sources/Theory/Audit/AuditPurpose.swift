/// What random numbers of the audit are for, so that no two searches share a stream.
enum AuditPurpose {
  static let worlds: UInt32 = 0xA0D1
  static let search: UInt32 = 0xA0D2
  static let axial: UInt32 = 0xA0D3
  static let separation: UInt32 = 0xA0D4
  static let crowding: UInt32 = 0xA0D5
  static let dynamics: UInt32 = 0xA0D6
  static let points: UInt32 = 0xA0D7
}
