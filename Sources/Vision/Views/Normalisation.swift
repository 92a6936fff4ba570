extension AugmentationPolicy {
  /// Bytes, channels innermost, as normalised values.
  func normalised(_ bytes: ArraySlice<UInt8>) -> [Float] {
    let channels = mean.count
    // One table a channel: a byte has only 256 values.
    let tables = (0..<channels).map { channel in
      (0..<256).map { Float((Double($0) / 255 - mean[channel]) / standardDeviation[channel]) }
    }
    return [Float](unsafeUninitializedCapacity: bytes.count) { target, count in
      bytes.withUnsafeBufferPointer { source in
        for channel in 0..<channels {
          tables[channel].withUnsafeBufferPointer { table in
            for index in stride(from: channel, to: source.count, by: channels) {
              target[index] = table[Int(source[index])]
            }
          }
        }
      }
      count = bytes.count
    }
  }

  /// Normalised values, channels innermost, as bytes: the nearest of 0...255.
  func quantised(_ values: [Float]) -> [UInt8] {
    let channels = mean.count
    return [UInt8](unsafeUninitializedCapacity: values.count) { target, count in
      values.withUnsafeBufferPointer { source in
        for channel in 0..<channels {
          let (scale, offset) = (Float(standardDeviation[channel] * 255), Float(mean[channel] * 255))
          for index in stride(from: channel, to: source.count, by: channels) {
            target[index] = UInt8(min(max(source[index] * scale + offset, 0), 255).rounded())
          }
        }
      }
      count = values.count
    }
  }
}
