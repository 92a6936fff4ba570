import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

/// The format, and files that lie about it.
@Suite struct SafetensorsTests {
  static let example = Safetensors(
    tensors: [
      Safetensors.Tensor(name: "b", shape: [2, 3], values: [1, 2, 3, -4, 5.5, .nan]),
      Safetensors.Tensor(name: "a \"quoted\" \\ tensor\n", shape: [], values: [7]),
      Safetensors.Tensor(name: "empty", shape: [0, 4], values: []),
    ], metadata: ["key": "value with “ü”", "another": ""])

  @Test func roundTrip() throws {
    let data = Self.example.encoded()
    #expect(data == Self.example.encoded())
    let read = try Safetensors(data, source: "test")
    #expect(Set(read.tensors.map(\.name)) == Set(Self.example.tensors.map(\.name)))
    #expect(read.metadata == Self.example.metadata)
    #expect(try read.values("b").shape == [2, 3])
    #expect(try read.values("b").values.prefix(5) == [1, 2, 3, -4, 5.5])
    #expect(try read.values("a \"quoted\" \\ tensor\n").values == [7])
    #expect(try read.values("empty").values == [])
    #expect((data.count - 28) % 8 == 0, "the data begin at a multiple of eight")
  }

  /// Byte for byte what the reference implementation wrote for one tensor.
  @Test func exactBytes() {
    let header = #"{"__metadata__":{"k":"v"},"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var expected = Data([UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0])
    expected.append(contentsOf: padded.utf8)
    expected.append(contentsOf: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    let file = Safetensors(
      tensors: [Safetensors.Tensor(name: "t", shape: [2], values: [1, -2])], metadata: ["k": "v"])
    #expect(file.encoded() == expected)
  }

  private func reason(header: String, data: Int = 0, length: UInt64? = nil) -> String? {
    var file = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    file.append(contentsOf: header.utf8)
    file.append(Data(repeating: 0, count: data))
    return #expect(throws: SafetensorsError.self, "\(header)") { try Safetensors(file, source: "x") }?.reason
  }

  @Test func lyingHeaders() {
    #expect(reason(header: "{}", length: 3)?.contains("given as 3 bytes, but 2 follow") == true)
    #expect(reason(header: "{}", length: .max)?.contains("given as 18446744073709551615") == true)
    #expect(reason(header: "{}", length: 1 << 63) != nil)
    #expect(reason(header: "{}", data: 4)?.contains("4 bytes follow") == true)
    #expect(reason(header: "")?.contains("begin with {") == true)
    #expect(reason(header: "[]")?.contains("begin with {") == true)
    #expect(reason(header: "{\"t\"")?.contains("JSON") == true)
    #expect(reason(header: String(repeating: "{\"a\":", count: 20_000)) != nil)
    func entry(_ dtype: String, _ shape: String, _ offsets: String, data: Int) -> String? {
      reason(header: #"{"t":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#, data: data)
    }
    #expect(entry("F32", "[2]", "[0,4]", data: 4)?.contains("has 4 bytes, but its shape [2] of F32 takes 8") == true)
    #expect(entry("F32", "[2]", "[0,8]", data: 4)?.contains("ends at byte 8") == true)
    #expect(entry("F32", "[1]", "[4,8]", data: 8)?.contains("begins at byte 4") == true)
    #expect(entry("F32", "[1]", "[8,4]", data: 8)?.contains("no range") == true)
    #expect(entry("F32", "[1]", "[-4,0]", data: 8)?.contains("no range") == true)
    #expect(entry("F32", "[1]", "[0]", data: 4)?.contains("no range") == true)
    #expect(entry("F32", "[1]", "[0,4,8]", data: 4)?.contains("no range") == true)
    #expect(entry("F33", "[1]", "[0,4]", data: 4)?.contains("unknown type F33") == true)
    #expect(entry("F32", "[-1]", "[0,4]", data: 4)?.contains("impossible shape") == true)
    #expect(entry("F32", "[4611686018427387904,4]", "[0,0]", data: 0)?.contains("impossible shape") == true)
    #expect(entry("F32", "[1.5]", "[0,4]", data: 4)?.contains("JSON") == true)
    #expect(entry("F32", "[99999999999999999999]", "[0,4]", data: 4)?.contains("JSON") == true)
    #expect(entry("F32", "\"1\"", "[0,4]", data: 4)?.contains("JSON") == true)
    #expect(reason(header: #"{"t":{"dtype":"F32","shape":[1]}}"#, data: 4)?.contains("data_offsets") == true)
    #expect(reason(header: #"{"__metadata__":{"k":1}}"#)?.contains("JSON") == true)
    // Two tensors that share bytes.
    let one = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    #expect(reason(header: #"{"a":\#(one),"b":\#(one)}"#, data: 4)?.contains("begins at byte 0") == true)
  }

  /// A thousand damaged files: each is either read or refused in words.
  @Test func randomDamage() {
    let whole = Self.example.encoded()
    var stream = RandomStream(seed: 3, purpose: 11)
    for _ in 0..<1000 {
      var data = whole
      for _ in 0...stream.integer(below: 3) {
        data[stream.integer(below: data.count)] = UInt8(stream.integer(below: 256))
      }
      if stream.integer(below: 4) == 0 { data = data.prefix(stream.integer(below: data.count)) }
      do throws(SafetensorsError) { _ = try Safetensors(data, source: "x") } catch { #expect(!error.reason.isEmpty) }
    }
  }

  @Test func tensorsOfOtherTypesAreNamed() throws {
    let header = #"{"t":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
    var file = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    file.append(contentsOf: header.utf8)
    file.append(Data(repeating: 0, count: 8))
    let read = try Safetensors(file, source: "x")
    #expect(throws: SafetensorsError(source: "x", reason: "tensor t is of type I64, not F32")) {
      try read.values("t", source: "x")
    }
  }
}
