import Foundation
import Numerics
import Testing

@Suite struct NPYTests {
  @Test func roundTripKeepsBits() throws {
    let matrix = Matrix(rows: 2, columns: 3, values: [1, -0.0, .infinity, .leastNonzeroMagnitude, 3.5, -2])
    let read = try NPY.decode(NPY.encode(matrix), name: "a.npy").matrix()
    #expect(read.values.map(\.bitPattern) == matrix.values.map(\.bitPattern))
    #expect((read.rows, read.columns) == (2, 3))
    let wide = DoubleMatrix(rows: 1, columns: 2, values: [0.1, -.pi])
    #expect(try NPY.decode(NPY.encode(wide), name: "b.npy").doubleMatrix() == wide)
    #expect(try NPY.decode(NPY.encode([0.25, 4.0] as [Double]), name: "c.npy").doubles() == [0.25, 4])
    #expect(try NPY.decode(NPY.encode([Int.min, 0, 7]), name: "d.npy").integers() == [Int.min, 0, 7])
    let empty = try NPY.decode(NPY.encode(Matrix(rows: 0, columns: 5)), name: "e.npy").matrix()
    #expect(empty.columns == 5 && empty.rows == 0)
  }

  /// The bytes `numpy.save` writes for `numpy.array([[1, 2], [3, 4]], dtype='<f4')`.
  @Test func bytesAreNumPys() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    var expected = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0])
    expected += Data(header.utf8) + Data(repeating: 0x20, count: 118 - header.utf8.count - 1) + Data([0x0A])
    for word: [UInt8] in [[0, 0, 0x80, 0x3F], [0, 0, 0, 0x40], [0, 0, 0x40, 0x40], [0, 0, 0x80, 0x40]] {
      expected += Data(word)
    }
    #expect(NPY.encode(Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])) == expected)
  }

  @Test func everyPrefixIsRefused() {
    let whole = NPY.encode(Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4]))
    for length in 0..<whole.count {
      #expect(throws: NPYError.self) { try NPY.decode(whole.prefix(length), name: "cut.npy") }
    }
    #expect(throws: NPYError.self) { try NPY.decode(whole + Data([0]), name: "long.npy") }
  }

  @Test func mutationsNeverCrash() {
    let whole = NPY.encode(Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4]))
    var random = RandomStream(seed: 7, purpose: 1)
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0...random.integer(below: 4) { bytes[random.integer(below: 130)] = UInt8(random.integer(below: 256)) }
      _ = try? NPY.decode(bytes, name: "mutated.npy")
    }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -4), }",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
    "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 2), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }",
    "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (4,), }",
    "{'fortran_order': False, 'shape': (4,), }", "", "{}", "'shape':",
  ])
  func lyingHeaders(header: String) {
    var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(header.utf8.count), 0])
    bytes += Data(header.utf8) + Data(repeating: 0, count: 16)
    #expect(throws: NPYError.self) { try NPY.decode(bytes, name: "lie.npy") }
  }

  @Test func errorsNameTheFile() {
    do {
      _ = try NPY.read(URL(fileURLWithPath: "/nonexistent/features.npy"))
      Issue.record("a missing file was read")
    } catch {
      #expect(error.description.contains("/nonexistent/features.npy"))
      #expect(error.localizedDescription == error.description)
    }
    #expect(throws: NPYError.self) { try NPY.decode(NPY.encode([1, 2]), name: "ints.npy").matrix() }
  }
}
